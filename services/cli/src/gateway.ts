import { createApiClient, problemKind, problemText, type ApiClient } from '@box-office/api-client';
import { CLI_USER_AGENT, oneLine } from '@box-office/contract';
import { answeredNo, misused, unavailable, textOfError } from './failure.js';
import { VERSION } from './version.js';

/** A purchase may keep the gateway waiting for its outcome; nothing takes longer than this. */
const CALL_TIMEOUT_MS = 75_000;
/** Most items that the gateway puts on one page. */
const MAX_PAGE = 100;

/** The gateway's API for an operator. */
export interface Gateway {
  readonly api: ApiClient;
  /** The content of an answer. @throws CliFailure with one line if the gateway refuses the call or does not answer */
  readonly answer: <A extends Answer>(call: Promise<A>) => Promise<NonNullable<A['data']>>;
}

interface Answer {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

export function createGateway(o: { readonly url: string; readonly token: string }): Gateway {
  const url = o.url.replace(/\/+$/, '');
  const noGateway = (more = ''): Error => unavailable(`what answers at ${url} is not Box Office's gateway${more}`);
  return {
    api: createApiClient({ ...o, timeoutMs: CALL_TIMEOUT_MS, userAgent: `${CLI_USER_AGENT}${VERSION}` }),
    async answer<A extends Answer>(call: Promise<A>) {
      const answer = await call.catch((error: unknown) => {
        if (error instanceof SyntaxError) throw noGateway();
        throw unavailable(`the gateway at ${url} does not answer: ${textOfError(error)}`);
      });
      const { error, response } = answer;
      const data = answer.data as NonNullable<A['data']> | undefined;
      if (!response.ok) throw failureOf({ url, response, problem: error, noGateway });
      if (data === undefined) throw noGateway();
      return data;
    },
  };
}

/** Reads a list page by page, up to `max` of its items. `next` is where it continues, null at its end. */
export async function readPages<T>(
  max: number,
  readPage: (page: { limit: number; after?: string }) => Promise<{ items: readonly T[]; next: string | null }>,
): Promise<{ readonly items: readonly T[]; readonly next: string | null }> {
  const items: T[] = [];
  let next: string | null = null;
  do {
    const page = await readPage({
      limit: Math.min(MAX_PAGE, max - items.length),
      ...(next !== null && { after: next }),
    });
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < max);
  return { items, next };
}

function failureOf(o: {
  readonly url: string;
  readonly response: Response;
  readonly problem: unknown;
  readonly noGateway: (more: string) => Error;
}): Error {
  const { url, problem } = o;
  const { status } = o.response;
  const type = problemKind(problem);
  if (type === undefined && status < 500) return o.noGateway(` (HTTP ${status})`);
  if (type === 'not-found') {
    return unavailable(
      `the gateway at ${url} does not know ${new URL(o.response.url).pathname}: is it an older release?`,
    );
  }
  if (type === 'unauthenticated')
    return answeredNo(`the gateway at ${url} does not accept OPERATOR_TOKEN: has the token expired?`);
  const text = problemText(problem) || 'no reason given';
  const line = oneLine(`${text} (${status}${type === undefined ? '' : ` ${type}`})`);
  if (status >= 500) return unavailable(line);
  return type === 'invalid-request' ? misused(line) : answeredNo(line);
}
