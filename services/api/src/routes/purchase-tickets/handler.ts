import { purchaseIdOf } from '@box-office/contract/derive';
import { answerProblem } from '../../answers.js';
import { callerOf, mayActFor } from '../../context.js';
import type { GatewayMetrics } from '../../metrics.js';
import { readJsonBody } from '../../middleware/json-body.js';
import { problem } from '../../problems.js';
import { purchaseFingerprint } from '../../purchasing/purchase-request.js';
import type { Purchase } from '../../purchasing/purchasing.js';
import type { Endpoint } from '../endpoint.js';
import { answerPurchase } from './answer.js';
import { confirmedPurchase, idempotencyKeyHeader, openPurchase, purchaseBody, requestedItems } from './schema.js';

/** Part of the purchase id: it stays the same even if the path should change. */
const ROUTE = 'POST /api/tickets/purchase';
const IDEMPOTENCY_KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** Buys tickets: 201 with the tickets, or 202 if the purchase takes longer than this gateway waits. */
export function purchaseTickets(deps: { purchase: Purchase; metrics: GatewayMetrics }): Endpoint {
  return {
    method: 'post',
    path: '/api/tickets/purchase',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Buy tickets',
      description:
        'Takes the tickets, charges the payment and answers with the tickets. Repeat it with the same key as often as you ' +
        'like, from anywhere: it buys once and answers the same, with `Idempotent-Replayed: true`.',
      request: {
        headers: idempotencyKeyHeader,
        body: { required: true, content: { 'application/json': { schema: purchaseBody } } },
      },
      responses: {
        201: {
          description: 'Bought: paid, and the tickets are valid. `Location` leads to the purchase.',
          content: { 'application/json': { schema: confirmedPurchase } },
        },
        202: {
          description: 'It goes on. Ask at `Location`, or repeat the request, after the time in `Retry-After`.',
          content: { 'application/json': { schema: openPurchase } },
        },
      },
    },
    problems: [
      'missing-idempotency-key',
      'invalid-idempotency-key',
      'payment-declined',
      'payment-not-captured',
      'forbidden',
      'unknown-event',
      'purchase-in-flight',
      'sold-out',
      'not-enough-left',
      'not-on-sale',
      'over-buyer-limit',
      'purchase-cancelled',
      'purchase-undone',
      'payload-too-large',
      'unsupported-media-type',
      'invalid-request',
      'idempotency-key-reused',
      'unknown-ticket-type',
      'unavailable',
    ],
    async handle(c) {
      const key = c.req.header('idempotency-key') ?? '';
      if (key === '') return answerProblem(c, problem('missing-idempotency-key'));
      if (!IDEMPOTENCY_KEY.test(key)) return answerProblem(c, problem('invalid-idempotency-key'));
      const body = await readJsonBody(c, purchaseBody);
      if (!body.ok) return answerProblem(c, body.problem);

      const caller = callerOf(c);
      const userId = body.value.userId ?? caller.subject;
      if (!mayActFor(caller, userId)) {
        return answerProblem(c, problem('forbidden', { detail: "A buyer buys for the token's own subject only." }));
      }
      const { eventId } = body.value;
      const items = requestedItems(body.value);
      const paymentMethod = body.value.payment.method;
      const purchaseId = purchaseIdOf(ROUTE, caller.subject, key);
      c.set('purchaseId', purchaseId);
      const reply = await deps.purchase({
        purchaseId,
        fingerprint: purchaseFingerprint({ userId, eventId, items, paymentMethod }),
        userId,
        eventId,
        items,
        paymentMethod,
        requestId: c.get('requestId'),
      });
      deps.metrics.purchase(reply.kind === 'outcome' ? reply.outcome.kind : reply.kind);
      return answerPurchase(c, purchaseId, reply);
    },
  };
}
