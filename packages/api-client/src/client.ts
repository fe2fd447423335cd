import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.js';

/** Methods by HTTP verb: `client.GET('/api/events/{id}', { params: { path: { id } } })`. */
export type ApiClient = Client<paths>;

/** A type of the API by its name in the OpenAPI document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/**
 * A client of the gateway's API. Answers of every status are values: `data` of a 2xx, else `error`, and the `response`.
 *
 * @param o.token left out for what everybody may ask
 * @param o.headers sent with every call
 * @param o.timeoutMs from sending a request to having read the whole answer
 * @param o.userAgent the gateway records by it through which program an operator acted
 * @param o.signal cancels every call
 * @throws Error from each call if there is no answer in time; what `fetch` throws; SyntaxError if a 2xx is not JSON
 */
export function createApiClient(o: {
  readonly url: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly userAgent?: string;
  readonly signal?: AbortSignal;
}): ApiClient {
  return createClient<paths>({
    baseUrl: o.url.replace(/\/+$/, ''),
    headers: {
      ...o.headers,
      ...(o.token !== undefined && { authorization: `Bearer ${o.token}` }),
      accept: 'application/json',
      ...(o.userAgent !== undefined && { 'user-agent': o.userAgent }),
    },
    fetch: (request) => fetchWithin(request, o.timeoutMs, o.signal),
  });
}

/** Reads the body as well, so that an answer which stops half-way is given up too. */
async function fetchWithin(request: Request, timeoutMs: number, signal?: AbortSignal): Promise<Response> {
  // Not AbortSignal.timeout: Node 20 may collect it inside AbortSignal.any, and then it never fires.
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const signals = [deadline.signal, request.signal, ...(signal ? [signal] : [])];
  try {
    const response = await fetch(request, { signal: AbortSignal.any(signals) });
    const body = await response.arrayBuffer();
    const whole = new Response(body.byteLength === 0 ? null : body, response);
    Object.defineProperty(whole, 'url', { value: response.url });
    return whole;
  } finally {
    clearTimeout(timer);
  }
}
