import { answerProblem } from '../http/answer.js';
import { json, uuidParams, type Endpoint } from '../http/endpoint.js';
import { createRateLimiter } from '../http/limits/rate-limiter.js';
import { problem } from '../http/problems.js';
import { currentActionOf } from './next-action.js';
import type { SignalPayment } from './payment-signal.js';
import type { LookUpPurchase } from './purchase-lookup.js';
import { answerRow, purchaseView } from './show-purchase.js';
import { ownPurchase } from './own-purchase.js';

/** Signals for one purchase; above that its workflow looks by itself. Each is an entry in its history. */
const MAX_SIGNALS_PER_MINUTE = 10;

/** Has a purchase that waits for its buyer look at the payment at once. */
export function checkPayment(deps: { lookUp: LookUpPurchase; signalPayment: SignalPayment }): Endpoint {
  const take = createRateLimiter('payment-check', MAX_SIGNALS_PER_MINUTE);
  return {
    method: 'post',
    path: '/api/purchases/{id}/payment-check',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Check the payment of a purchase now',
      description:
        'Send it when the buyer has come back to `payment.returnUrl`: the purchase asks the payment provider at once. Without it ' +
        'the purchase learns from the provider, or asks by itself. It has no effect on a purchase that waits for nothing.',
      request: { params: uuidParams },
      responses: { 200: json('The purchase as it is now. `GET` shows what comes of the check.', purchaseView) },
    },
    problems: ['unknown-purchase', 'unavailable'],
    async handle(c) {
      const row = await ownPurchase(c, deps.lookUp);
      if (row === null) return answerProblem(c, problem('unknown-purchase'));
      const { purchaseId } = row;
      if (currentActionOf(row) !== undefined && !take(purchaseId).exceeded) await deps.signalPayment(purchaseId);
      return answerRow(c, row);
    },
  };
}
