import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import type { z } from 'zod';
import { PaymentRequestError, PaymentUnknownError } from '../port.js';
import { paymentIntent, type PaymentIntent } from './answers.js';

/** What a call to Stripe can come to, apart from an unknown outcome, which is thrown. */
export type CallResult<T> =
  /** `replayed`: the answer of an earlier call with this key, with the state as it was then. */
  | { readonly kind: 'done'; readonly value: T; readonly replayed: boolean }
  /** The card was declined; the intent stays, and can be confirmed again with its client secret. */
  | { readonly kind: 'declined'; readonly intent: PaymentIntent; readonly replayed: boolean }
  /** The intent is in a state in which the operation is impossible: its state says what is the case. */
  | { readonly kind: 'unexpected_state'; readonly replayed: boolean }
  /** The key was used before with other parameters. */
  | { readonly kind: 'other_parameters' }
  /** An earlier call with this key ended in an error of the provider, and always will. It may have had its effect. */
  | { readonly kind: 'replayed_error' }
  | {
      readonly kind: 'rejected';
      readonly error: PaymentRequestError;
      readonly param: string;
      readonly replayed: boolean;
    };

/**
 * The key repeats the refusal or error of an earlier call, whatever is the case now: once a request has begun, Stripe saves
 * what came of it for a day at least. Another key has an answer of its own. It is safe where the state of the payment keeps
 * the effect to one, or where attempts that overlap use the same other key.
 */
export const isReplayedFailure = (answer: CallResult<unknown>): boolean =>
  answer.kind === 'replayed_error' ||
  ((answer.kind === 'rejected' || answer.kind === 'unexpected_state') && answer.replayed);

/** What was read. @throws the provider's error for a request that it rejects, else PaymentUnknownError */
export function valueOf<T>(answer: CallResult<T>, what: string): T {
  if (answer.kind === 'done') return answer.value;
  throw answer.kind === 'rejected' ? answer.error : new PaymentUnknownError(`${what}: ${answer.kind}`);
}

/** The same, and undefined for what the provider does not know. */
export const foundValueOf = <T>(answer: CallResult<T>, what: string): T | undefined =>
  answer.kind === 'rejected' && answer.error.code === 'resource_missing' ? undefined : valueOf(answer, what);

const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 1_000;

/**
 * Makes a call and says what came of it. While another call with the same key is in progress, waits for that one.
 *
 * @param o.what names the call in errors
 * @throws PaymentUnknownError when nothing may be concluded
 */
export async function callStripe<S extends z.ZodType>(
  schema: S,
  call: () => Promise<object>,
  o: { readonly what: string; readonly deadlineMs: number; readonly signal?: AbortSignal | undefined },
): Promise<CallResult<z.output<S>>> {
  const until = Date.now() + o.deadlineMs;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, MAX_WAIT_MS)) {
    try {
      const answer = await orGivenUp(() => withoutStackTrace(call), o.signal);
      const parsed = schema.safeParse(answer);
      if (parsed.success) return { kind: 'done', value: parsed.data, replayed: isReplay(headersOf(answer)) };
      throw new PaymentUnknownError(`${o.what}: an answer that makes no sense`, { cause: parsed.error });
    } catch (error) {
      if (!isKeyInUse(error) || Date.now() + waitMs > until) return failureOf(error, o.what);
      await sleep(waitMs, undefined, o.signal && { signal: o.signal }).catch(() => undefined);
    }
  }
}

/**
 * Stripe's client takes a stack trace at each call, for the errors of some. Written out with source maps that costs more than
 * the call itself. It does so before its first asynchronous step.
 */
function withoutStackTrace(call: () => Promise<object>): Promise<object> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Stripe's client takes no signal: what is given up runs on until its own deadline. */
function orGivenUp(call: () => Promise<object>, signal: AbortSignal | undefined): Promise<object> {
  if (!signal) return call();
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new PaymentUnknownError('the call was given up', { cause: signal.reason }));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    call()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', giveUp));
  });
}

const isKeyInUse = (error: unknown): boolean => error instanceof Stripe.errors.StripeError && error.statusCode === 409;

/** Sorts an error by what it says about the effect of the call. */
function failureOf(error: unknown, what: string): Exclude<CallResult<never>, { kind: 'done' }> {
  const { StripeCardError, StripeConnectionError, StripeError, StripeIdempotencyError, StripeInvalidRequestError } =
    Stripe.errors;
  if (!(error instanceof StripeError)) throw error;
  const { statusCode = 0, code = '', message, headers } = error;
  if (error instanceof StripeConnectionError) {
    const { detail } = error;
    const cause = detail instanceof Error ? detail.message : message;
    throw new PaymentUnknownError(`${what}: ${cause}`, { cause: error });
  }
  if (error instanceof StripeCardError) {
    const intent = paymentIntent.safeParse(error.payment_intent);
    if (intent.success) return { kind: 'declined', intent: intent.data, replayed: isReplay(headers) };
  }
  if (error instanceof StripeIdempotencyError) return { kind: 'other_parameters' };
  if (error instanceof StripeInvalidRequestError) {
    const replayed = isReplay(headers);
    if (code === 'payment_intent_unexpected_state') return { kind: 'unexpected_state', replayed };
    const text = `${what}: ${statusCode} ${code === '' ? '' : `${code}: `}${message}`;
    const rejection = new PaymentRequestError(text, statusCode, code);
    return { kind: 'rejected', error: rejection, param: error.param ?? '', replayed };
  }
  if (statusCode >= 500 && isReplay(headers)) return { kind: 'replayed_error' };
  throw new PaymentUnknownError(`${what}: ${statusCode} ${message}`, { cause: error });
}

function headersOf(answer: object): Readonly<Record<string, unknown>> | undefined {
  const { lastResponse } = answer as { lastResponse?: { headers?: Record<string, unknown> } };
  return lastResponse?.headers;
}

const isReplay = (headers: Readonly<Record<string, unknown>> | undefined): boolean =>
  headers?.['idempotent-replayed'] === 'true';
