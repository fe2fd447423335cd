import { CLI_USER_AGENT, oneLine } from '@box-office/contract';
import { answeredNo, away, misused, wordsOf } from '../failure.js';
import { VERSION } from '../version.js';

/** A purchase may keep the gateway waiting for its outcome; nothing takes longer than this. */
const CALL_TIMEOUT_MS = 75_000;

interface Reply<T> {
  readonly status: number;
  readonly body: T;
  /** Where to ask how far it is, if it goes on. */
  readonly location: string | null;
}

/** The gateway as an operator asks it. What it refuses, and that it is away, are failures of one line. */
export interface Gateway {
  readonly url: string;
  get<T>(path: string, query?: Readonly<Record<string, string | number | undefined>>): Promise<T>;
  /** A list in pages, up to `most` of its elements; `next` is then where it goes on. */
  list<Name extends string, T>(
    path: string,
    name: Name,
    o: { readonly most: number; readonly query?: Readonly<Record<string, string | undefined>> },
  ): Promise<{ readonly items: readonly T[]; readonly next: string | null }>;
  post<T>(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply<T>>;
  patch<T>(path: string, body: unknown): Promise<Reply<T>>;
}

/** Problem details as the gateway gives them (RFC 9457). */
interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Most elements that the gateway puts on one page. */
const PAGE = 100;

export function createGateway(o: { readonly url: string; readonly token: string }): Gateway {
  const url = o.url.replace(/\/+$/, '');

  async function call<T>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    init: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Reply<T>> {
    const headers = {
      'user-agent': `${CLI_USER_AGENT}${VERSION}`,
      authorization: `Bearer ${o.token}`,
      accept: 'application/json',
      ...init.headers,
    };
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(url + path, { method, signal, ...init, headers });
      body = parsed(await response.text());
    } catch (error) {
      throw away(`the gateway at ${url} does not answer: ${wordsOf(error)}`);
    }
    if (!response.ok) throw failureOf({ status: response.status, problem: body ?? {}, url, path });
    if (body === undefined) throw away(`what answers at ${url} is not Box Office's gateway`);
    return { status: response.status, body: body as T, location: response.headers.get('location') };
  }

  const get: Gateway['get'] = async <T>(path: string, query: Parameters<Gateway['get']>[1] = {}) =>
    (await call<T>('GET', path + queryOf(query))).body;

  return {
    url,
    get,
    async list<Name extends string, T>(path: string, name: Name, { most, query = {} }: Parameters<Gateway['list']>[2]) {
      const items: T[] = [];
      let next: string | null = null;
      do {
        const limit = Math.min(PAGE, most - items.length);
        const page: Record<Name, readonly T[]> & { next: string | null } = await get(path, {
          ...query,
          limit,
          after: next ?? undefined,
        });
        items.push(...page[name]);
        next = page.next;
      } while (next !== null && items.length < most);
      return { items, next };
    },
    patch: (path, body) =>
      call('PATCH', path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    post: (path, body, headers = {}) =>
      call('POST', path, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
  };
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failureOf(o: { status: number; problem: Problem; url: string; path: string }): Error {
  const { status, problem, url } = o;
  const type = problem.type?.split('/').at(-1);
  if (type === undefined && status < 500)
    return away(`what answers at ${url} is not Box Office's gateway (HTTP ${status})`);
  if (type === 'not-found')
    return away(`the gateway at ${url} does not know ${o.path.split('?')[0] ?? ''}: is it older?`);
  if (type === 'unauthenticated')
    return answeredNo(`the gateway at ${url} does not accept OPERATOR_TOKEN: is it too old?`);
  const faults = problem.errors?.map(({ path, message }) => `${path}: ${message}`) ?? [];
  const told = [problem.title, ...(faults.length > 0 ? faults : [problem.detail])].filter(Boolean).join('; ');
  const line = oneLine(`${told || 'no reason given'} (${status}${type === undefined ? '' : ` ${type}`})`);
  if (status >= 500) return away(line);
  return type === 'invalid-request' ? misused(line) : answeredNo(line);
}
