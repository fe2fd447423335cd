import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { PaymentUnknownError } from './port.js';

/** A page of a hundred events with a PaymentIntent each is some 250 kB. */
const MAX_ANSWER_BYTES = 4_194_304;

interface HttpCall {
  readonly method: string;
  /** Path with query, from the root. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpCaller {
  /** @throws PaymentUnknownError when no whole answer came within the limit, for whatever cause. */
  readonly send: (call: HttpCall) => Promise<HttpAnswer>;
  /** Closes the kept-alive connections, calls under way included. */
  readonly close: () => void;
}

/**
 * Calls over at most `maxConnections` kept-alive connections; further calls queue, and their wait counts against
 * `timeoutMs`.
 *
 * A kept-alive connection may be closed by the server at the moment we use it. Node marks that case (`reusedSocket` and a
 * reset before any answer), and the call is then sent once more: every call bears an idempotency key or only reads.
 */
export function createHttpCaller(o: { origin: URL; timeoutMs: number; maxConnections: number }): HttpCaller {
  const secure = o.origin.protocol === 'https:';
  const agentOptions = {
    keepAlive: true,
    maxSockets: o.maxConnections,
    maxFreeSockets: o.maxConnections,
    noDelay: true,
  };
  const agent = secure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  const open = secure ? httpsRequest : httpRequest;
  const hostname = o.origin.hostname.replace(/^\[|\]$/g, '');
  const prefix = o.origin.pathname.replace(/\/+$/, '');

  function send(call: HttpCall): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      let request: ClientRequest | undefined;
      let settled = false;
      const timer = setTimeout(() => fail(`no answer within ${o.timeoutMs} ms`), o.timeoutMs);

      /** False if the call has its result already: whatever the socket still says is then noise. */
      function settle(): boolean {
        if (settled) return false;
        settled = true;
        clearTimeout(timer);
        return true;
      }
      function fail(what: string, cause?: unknown): void {
        if (!settle()) return;
        request?.destroy();
        reject(new PaymentUnknownError(`${call.method} ${call.path}: ${what}`, { cause }));
      }
      function attempt(maySendAgain: boolean): void {
        request = open(
          {
            agent,
            hostname,
            port: o.origin.port,
            method: call.method,
            path: prefix + call.path,
            headers: call.headers,
          },
          (response) => {
            readAnswer(response, MAX_ANSWER_BYTES).then(
              (body) => {
                if (settle()) resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
              },
              (error: unknown) => fail('the answer broke off', error),
            );
          },
        );
        request.on('error', (error: NodeJS.ErrnoException) => {
          const stale = request?.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
          if (stale && maySendAgain && !settled) attempt(false);
          else fail(error.code ?? error.message, error);
        });
        request.end(call.body);
      }

      try {
        attempt(true);
      } catch (error) {
        // Node refuses to send it at all, such as a header that cannot be written.
        if (settle()) reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  return { send, close: () => agent.destroy() };
}

function readAnswer(response: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      body += chunk;
      if (body.length > maxBytes) reject(new Error(`more than ${maxBytes} bytes`));
    });
    response.on('end', () => (response.complete ? resolve(body) : reject(new Error('incomplete'))));
    response.on('error', reject);
    response.on('close', () => reject(new Error('closed')));
  });
}
