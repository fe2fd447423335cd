import type { Schema } from '@box-office/api-client';

/** Why the gateway did not do what was asked; its kind is the last part of the problem's `type`. */
export interface Problem extends Partial<Omit<Schema<'Problem'>, 'type'>> {
  readonly kind: string;
}

export type Reply<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly problem: Problem };

/** No answer: the call may have taken effect. */
export const UNREACHABLE = 'unreachable';

/** An answer of the gateway as a value; a call that fails is the problem `unreachable`. */
export async function replyTo<A extends { data?: unknown; error?: unknown; response: Response }>(
  call: Promise<A>,
): Promise<Reply<NonNullable<A['data']>>> {
  try {
    const { data, error } = await call;
    if (data !== undefined && data !== null) return { ok: true, data };
    return { ok: false, problem: problemIn(error) };
  } catch {
    return { ok: false, problem: { kind: UNREACHABLE } };
  }
}

function problemIn(error: unknown): Problem {
  const { type, ...members } = (typeof error === 'object' && error !== null ? error : {}) as Partial<Schema<'Problem'>>;
  return { ...members, kind: typeof type === 'string' ? (type.split('/').at(-1) ?? UNREACHABLE) : UNREACHABLE };
}
