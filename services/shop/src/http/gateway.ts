import { createApiClient, type ApiClient, type Schema } from '@box-office/api-client';
import type { BuyerTokens } from '../buyer-tokens.js';

/** Longer than a gateway waits for the outcome of a purchase. */
const CALL_TIMEOUT_MS = 20_000;

/** Why the gateway did not do what was asked; its kind is the last part of the problem's `type`. */
export interface Problem extends Partial<Omit<Schema<'Problem'>, 'type'>> {
  readonly kind: string;
}

export type Reply<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly problem: Problem };

/** No answer: the call may have taken effect. */
export const UNREACHABLE = 'unreachable';

/** The gateway's API: for everybody, and for one buyer. */
export interface Gateway {
  readonly anybody: ApiClient;
  /** @param address as a proxy would forward it, for the gateway's limits per address */
  forBuyer(subject: string, address: string | undefined): Promise<ApiClient>;
}

export function createGateway(o: { url: string; tokens: BuyerTokens }): Gateway {
  const common = { url: o.url, timeoutMs: CALL_TIMEOUT_MS };
  return {
    anybody: createApiClient(common),
    async forBuyer(subject, address) {
      const token = await o.tokens.tokenOf(subject);
      return createApiClient({
        ...common,
        token,
        headers: address === undefined ? {} : { 'x-forwarded-for': address },
      });
    },
  };
}

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
