import type Stripe from 'stripe';
import { ApiError, Refusal, serverError } from './api-error.js';
import { createAuthoriseCommands } from './authorise-commands.js';
import { createCommandContext } from './command-context.js';
import { declineOf } from './declines.js';
import type { Effect, Ledger } from './ledger.js';
import { createMoneyCommands } from './money-commands.js';
import { chargeOf, paymentIntentOf, refundOf } from './render.js';

/**
 * What the requests with an effect do. `publicUrl` is where a browser reaches the simulator. Each decides and enters at
 * once. What it throws has no effect: a Refusal is to be saved for its key, any other ApiError leaves no trace.
 */
export function createCommands(ledger: Ledger, publicUrl: string) {
  const context = createCommandContext(ledger);
  return {
    known: context.known,
    ...createAuthoriseCommands(context, publicUrl),
    ...createMoneyCommands(context),
  };
}

/**
 * The answer to a request that had this effect: the same at each repetition, with the state as it was.
 *
 * @throws ApiError where that answer is an error
 */
export function answerOf({ entry, intent }: Effect): Stripe.PaymentIntent | Stripe.Refund {
  if (entry.type === 'refused') throw new Refusal(entry.status, entry.error);
  if (!intent || ('answered500' in entry && entry.answered500)) {
    throw serverError(500, 'An unknown error occurred');
  }
  switch (entry.type) {
    case 'declined':
    case 'confirmation_declined':
    case 'capture_refused': {
      const declineCode = intent.reason ?? 'generic_decline';
      throw new ApiError(402, {
        type: 'card_error',
        ...declineOf(declineCode),
        decline_code: declineCode,
        charge: chargeOf(intent).id,
        payment_intent: paymentIntentOf(intent, { now: entry.at }),
      });
    }
    case 'refunded': {
      const refund = intent.refunds.at(-1);
      if (!refund) throw new Error(`${intent.id} has no refund`);
      return refundOf(intent, refund);
    }
    default:
      return paymentIntentOf(intent, { now: entry.at });
  }
}
