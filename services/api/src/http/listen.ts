import { STATUS_CODES, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeHttpServer, listenOn, MAX_PUBLIC_CONNECTIONS, PUBLIC_SERVER_TIMEOUTS } from '@box-office/platform';
import { RequestError, getRequestListener } from '@hono/node-server';
import type { GatewayEnv } from './context.js';

/** Status by the error of Node's HTTP parser; 400 for all others. */
const PARSER_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
/** Longest time that a shutdown waits for answers in progress. */
const CLOSE_MS = 10_000;

export interface ListeningServer {
  readonly port: number;
  /** Accepts no more connections; resolves when the open ones have their answers. */
  close(): Promise<void>;
}

/** Serves HTTP at an address. @throws when the address is not available */
export async function listen(o: {
  fetch: (request: Request, env: GatewayEnv['Bindings']) => Response | Promise<Response>;
  host: string;
  /** 0 for any free one. */
  port: number;
  /** Headers of answers to input that is not a valid HTTP request. */
  errorHeaders?: Readonly<Record<string, string>>;
}): Promise<ListeningServer> {
  const headers = o.errorHeaders ?? {};
  const errorHandler = (error: unknown): Response =>
    new Response(null, { status: error instanceof RequestError ? 400 : 500, headers });
  const handleRequest = getRequestListener(o.fetch, { errorHandler });
  const server = createServer(PUBLIC_SERVER_TIMEOUTS, (request, response) => void handleRequest(request, response));
  server.maxConnections = MAX_PUBLIC_CONNECTIONS;
  server.on('clientError', (error, socket) => refuse(error, socket, headers));
  return { port: await listenOn(server, o), close: () => closeHttpServer(server, CLOSE_MS) };
}

/** Answers input that is not HTTP, too long, or too slow. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex, headers: Readonly<Record<string, string>>): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = PARSER_ERRORS[error.code ?? ''] ?? 400;
  const lines = Object.entries({ ...headers, 'Content-Length': '0', Connection: 'close' });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${head.join('\r\n')}\r\n\r\n`);
}
