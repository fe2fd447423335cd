import { problemKind, type Schema } from '@box-office/api-client';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Why the gateway did not do what was asked; its kind is the last part of the problem's `type`. */
export interface Problem extends Partial<Omit<Schema<'Problem'>, 'type'>> {
  readonly kind: string;
  /** After so many seconds it may be tried again. */
  readonly retryAfterS?: number;
}

export type Reply<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly problem: Problem };

/** No answer: the call may have taken effect. */
export const UNREACHABLE = 'unreachable';

/** What was asked for cannot be read. */
export const INVALID = 'invalid-request';

/** Statuses with which the gateway's server refuses a request that does not get to the gateway: it is too long, for example. */
const NOT_READ: ReadonlySet<number> = new Set([400, 413, 414, 431]);

/** An answer of the gateway as a value; a call that fails is the problem `unreachable`. */
export async function replyTo<A extends { data?: unknown; error?: unknown; response: Response }>(
  call: Promise<A>,
): Promise<Reply<NonNullable<A['data']>>> {
  try {
    const { data, error, response } = await call;
    if (data !== undefined && data !== null) return { ok: true, data };
    return { ok: false, problem: problemIn(error, response) };
  } catch {
    return { ok: false, problem: { kind: UNREACHABLE } };
  }
}

function problemIn(error: unknown, { status, headers }: Response): Problem {
  const { type: _type, ...members } = (typeof error === 'object' && error !== null ? error : {}) as Partial<
    Schema<'Problem'>
  >;
  const kind = problemKind(error);
  if (kind === undefined) return NOT_READ.has(status) ? { kind: INVALID, status: 400 } : { kind: UNREACHABLE };
  const retryAfterS = Number(headers.get('retry-after') ?? 'none');
  return { ...members, kind, ...(retryAfterS > 0 && { retryAfterS }) };
}

/**
 * The one place that maps a problem of the gateway to the status of a page: what the gateway refuses as the reader's is the
 * reader's here, too. 503 if the gateway did not answer, failed, or does not accept the token of this service.
 */
export function statusOf({ status = 503 }: Problem): ContentfulStatusCode {
  const isOfReader = status >= 400 && status < 500 && status !== 401 && status !== 403;
  return isOfReader ? (status as ContentfulStatusCode) : 503;
}
