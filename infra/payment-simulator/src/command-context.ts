import { missing, unexpectedState } from './api-error.js';
import { behaviourOf, type Operation } from './behaviour.js';
import { createFailures } from './failures.js';
import { statusOf, type Intent } from './intent.js';
import type { Ledger } from './ledger.js';
import { paymentIntentOf } from './render.js';

/** Identity of a request: its idempotency key, and a digest of path and parameters. */
export interface RequestIdentity {
  readonly key: string;
  readonly digest: string;
}

export type CommandContext = ReturnType<typeof createCommandContext>;

/** What the commands share. */
export function createCommandContext(ledger: Ledger) {
  const mustFail = createFailures();

  /** @throws ApiError if there is none */
  const known = (id: string): Intent => {
    const intent = ledger.find(id);
    if (!intent) throw missing('payment_intent', id, 'intent');
    return intent;
  };

  /** @throws Refusal if it has another status */
  const mustBe = (intent: Intent, status: ReturnType<typeof statusOf>, operation: string): void => {
    if (statusOf(intent, Date.now()) !== status) throw unexpectedState(paymentIntentOf(intent), operation);
  };

  /** The request fails for good with a 500 where its payment method asks for it, once for each intent and operation. */
  const begin = (request: RequestIdentity, method: string | null, operation: Operation, id = request.key) => {
    const { errors } = behaviourOf(method ?? '');
    const base = { ...request, at: Date.now() };
    if (errors[operation] === 'before' && mustFail(operation, id, 1))
      return { failed: ledger.enter({ type: 'failed', ...base }) };
    return { base: { ...base, ...(errors[operation] === 'after' && { answered500: true as const }) } };
  };

  return { ledger, known, mustBe, begin };
}
