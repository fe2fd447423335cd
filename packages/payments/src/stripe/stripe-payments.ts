import { PaymentUnknownError, type LookUpResult, type PaymentPort } from '../port.js';
import type { z } from 'zod';
import { anyIntent, paymentIntent, type PaymentIntent } from './answers.js';
import { createAuthorising } from './authorise.js';
import { callStripe, foundValueOf } from './call.js';
import { createStripeClient } from './client.js';
import type { Caller, Finder } from './deps.js';
import { findIntent } from './find.js';
import { authorisationOf, declineCodeOf } from './intent-state.js';
import { createMoneyCalls } from './money-calls.js';
import { createReadPurchases } from './read-purchases.js';
import { createRefund } from './refund.js';
import { createStatement } from './statement.js';
import type { PaymentSettings } from '../settings.js';

const TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 512;

export interface StripePayments extends PaymentPort {
  /** Lets go of the connections; calls under way fail as unknown. */
  close(): void;
}

/**
 * The payment port over Stripe's API.
 *
 * @param o.timeoutMs longest one request may take, queueing for a connection included
 * @param o.maxConnections most requests on the wire at once; a provider that takes 400 ms needs 400 for 1,000 calls/s
 */
export function createStripePayments(
  o: PaymentSettings & { timeoutMs?: number; maxConnections?: number },
): StripePayments {
  const timeoutMs = o.timeoutMs ?? TIMEOUT_MS;
  const { stripe, close } = createStripeClient({
    url: new URL(o.url),
    secretKey: o.secretKey,
    timeoutMs,
    maxConnections: o.maxConnections ?? MAX_CONNECTIONS,
  });
  const call: Caller = (schema, what, send, signal) =>
    callStripe(schema, send, { what, deadlineMs: timeoutMs, signal });
  const find: Finder = ({ key, askedAt }, signal) =>
    findIntent(stripe, { key, askedAt }, (schema, send) => call(schema, 'GET /v1/payment_intents', send, signal));

  /** Reads an intent by its id; undefined if there is none. */
  const readAs =
    <S extends z.ZodType>(schema: S) =>
    async (id: string, signal?: AbortSignal): Promise<z.output<S> | undefined> => {
      const what = `GET /v1/payment_intents/${id}`;
      const send = () => stripe.paymentIntents.retrieve(id, { expand: ['latest_charge.refunds'] });
      const answer = await call(schema, what, send, signal);
      return foundValueOf(answer, what);
    };
  const read = readAs(paymentIntent);
  const readAny = readAs(anyIntent);

  const money = createMoneyCalls({ stripe, call, read });
  return {
    ...createAuthorising({ stripe, call, read, find, cancel: money.void }),
    ...money,
    ...createRefund({ stripe, call, read }),
    lookUp: async ({ authoriseKey, askedAt }, signal) =>
      lookUpResultOf(await find({ key: authoriseKey, askedAt }, signal)),
    readPurchases: createReadPurchases({ stripe, call, readAny }),
    statement: createStatement({ stripe, call, readAny, delayMs: o.statementDelayMs }),
    close,
  };
}

function lookUpResultOf(intent: PaymentIntent | undefined): LookUpResult {
  if (!intent) return { kind: 'not_found' };
  const { key: _key, currency: _currency, state, ...amounts } = authorisationOf(intent);
  if (state === 'unknown') throw new PaymentUnknownError(`${intent.id} has the status ${intent.status}`);
  const reason = declineCodeOf(intent);
  return { kind: 'found', state, ...amounts, ...(reason !== undefined && { reason }) };
}
