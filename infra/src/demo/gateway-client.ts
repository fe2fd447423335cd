import { LauncherFailure } from '../failure.js';

const REQUEST_TIMEOUT_MS = 30_000;

export interface GatewayReply {
  readonly status: number;
  readonly body: unknown;
  /** From sending the request to having the whole answer. */
  readonly tookMs: number;
}

export interface GatewayClient {
  get(path: string): Promise<GatewayReply>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<GatewayReply>;
  patch(path: string, body: unknown): Promise<GatewayReply>;
}

/** Talks to the gateway as the bearer of a token. Answers of every status are values. */
export function createGatewayClient(o: { url: string; token: string; signal?: AbortSignal }): GatewayClient {
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<GatewayReply> {
    const startedAt = performance.now();
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new Error(`no answer within ${REQUEST_TIMEOUT_MS} ms`)),
      REQUEST_TIMEOUT_MS,
    );
    try {
      const response = await fetch(`${o.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${o.token}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: o.signal ? AbortSignal.any([o.signal, late.signal]) : late.signal,
      });
      const text = await response.text();
      return { status: response.status, body: parse(text), tookMs: performance.now() - startedAt };
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    get: (path) => call('GET', path),
    post: (path, body, headers) => call('POST', path, body, headers),
    patch: (path, body) => call('PATCH', path, body),
  };
}

/** @throws LauncherFailure quoting the problem's own words when the answer is not the expected one */
export function expectStatus(what: string, reply: GatewayReply, status: number): void {
  if (reply.status === status) return;
  const { title, detail } = (reply.body ?? {}) as { title?: unknown; detail?: unknown };
  const words = [title, detail].filter((part) => typeof part === 'string').join(' ');
  throw new LauncherFailure(`${what}: the gateway answered ${reply.status} ${words}`.trimEnd());
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
