import { readWebhook } from '@box-office/payments';
import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { json, type Endpoint } from '../http/endpoint.js';
import { readTextBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { currentActionOf } from './next-action.js';
import type { SignalPayment } from './payment-signal.js';
import type { LookUpPurchase } from './purchase-lookup.js';

const MAX_BODY_BYTES = 512 * 1_024;
/** Events after which a purchase that waits for its buyer has something to look at. */
const WAKING: ReadonlySet<string> = new Set([
  'payment_intent.amount_capturable_updated',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
]);

const received = z.object({ received: z.literal(true) }).openapi('ReceivedWebhook');

/**
 * Takes an event of Stripe: records it, and the dispute that it tells of, acknowledges it, and wakes the purchase that
 * it is about.
 */
export function receiveStripeEvent(deps: {
  /** Without it every webhook is refused. */
  stripeWebhookSecret: string | undefined;
  recordPaymentEvent: Database['recordPaymentEvent'];
  recordDispute: Database['recordDispute'];
  lookUp: LookUpPurchase;
  signalPayment: SignalPayment;
}): Endpoint {
  /** An event that comes again, or is lost with this process, wakes nothing: the purchase asks by itself. */
  async function wake(purchaseId: string): Promise<void> {
    const row = await deps.lookUp(purchaseId);
    if (row !== undefined && currentActionOf(row) !== undefined) await deps.signalPayment(purchaseId);
  }

  return {
    method: 'post',
    path: '/api/webhooks/stripe',
    access: 'public',
    isUnlimited: true,
    documentation: {
      tags: ['Purchases'],
      summary: 'Receive an event of Stripe',
      description:
        'For Stripe alone, which signs it (`Stripe-Signature`). It is answered 200 once the event is recorded; each event is ' +
        'taken up once, in whatever order they come. A dispute is recorded as its latest event shows it.',
      responses: { 200: json('The event is recorded, now or before.', received) },
    },
    problems: ['invalid-signature', 'payload-too-large', 'invalid-request', 'unavailable'],
    async handle(c) {
      const body = await readTextBody(c, MAX_BODY_BYTES);
      if (!body.ok) return answerProblem(c, body.problem);
      const { stripeWebhookSecret: secret } = deps;
      const signature = c.req.header('stripe-signature') ?? '';
      const event = secret === undefined ? null : readWebhook(body.value, signature, secret);
      if (event === null) return answerProblem(c, problem('invalid-signature'));
      const { type, purchaseId, dispute } = event;
      // Before the event counts as recorded: an event that comes again because this failed records it then.
      if (dispute !== null) await deps.recordDispute(dispute, null);
      const isNew = await deps.recordPaymentEvent(event);
      if (isNew && purchaseId !== null && WAKING.has(type)) void wake(purchaseId).catch(() => undefined);
      return answer(c, 200, { received: true });
    },
  };
}
