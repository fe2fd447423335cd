import type Stripe from 'stripe';
import type { z } from 'zod';
import type { AnyIntent, PaymentIntent } from './answers.js';
import type { CallResult } from './call.js';

/** Makes one call; see callStripe. `what` names it in errors. */
export type Caller = <S extends z.ZodType>(
  schema: S,
  what: string,
  send: () => Promise<object>,
  signal?: AbortSignal,
) => Promise<CallResult<z.output<S>>>;

/** Looks for the intent of an authorisation; see findIntent. */
export type Finder = (
  o: { readonly key: string; readonly askedAt?: Date | undefined },
  signal?: AbortSignal,
) => Promise<PaymentIntent | undefined>;

export interface StripeDeps {
  readonly stripe: Stripe;
  readonly call: Caller;
  /** The intent as it is now; undefined if there is none with this id. */
  readonly read: (id: string, signal?: AbortSignal) => Promise<PaymentIntent | undefined>;
}

/** For what reads many intents: one that cannot be read does not stop the others. */
export interface StatementDeps extends Pick<StripeDeps, 'stripe' | 'call'> {
  readonly readAny: (id: string, signal?: AbortSignal) => Promise<AnyIntent | undefined>;
}
