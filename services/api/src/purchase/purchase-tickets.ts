import { fingerprintOf, operatorActionIdOf, purchaseIdOf } from '@box-office/contract/derive';
import { answerProblem } from '../http/answer.js';
import { actorOf, callerOf, mayActFor, type GatewayContext } from '../http/context.js';
import type { GatewayMetrics } from '../metrics.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import type { Database } from '../database.js';
import { problem } from '../http/problems.js';
import { purchaseFingerprint, type AnswerPurchase } from './purchase-request.js';
import type { Endpoint } from '../http/endpoint.js';
import { keyHeader, readIdempotencyKey } from '../idempotency/idempotency-key.js';
import type { RequestedItem } from '../ticket/requested-items.js';
import { requestedItems } from '../ticket/ticket-selection.js';
import { answerPurchase } from './purchase-answer.js';
import { namedHold } from './named-hold.js';
import { confirmedPurchase, openPurchase, purchaseBody } from './schema.js';

/** Part of the purchase id: it stays the same even if the path changes. */
const ROUTE = 'POST /api/tickets/purchase';

/** What the audit log calls the issue of complimentary tickets. */
const COMPLIMENTARY_ACTION = 'give_tickets';

const DOCUMENTATION: Endpoint['documentation'] = {
  tags: ['Purchases'],
  summary: 'Buy tickets',
  description:
    'Takes the tickets, charges the payment and answers with the tickets. It can be repeated with the same key any number of ' +
    'times: it buys once and answers the same, with `Idempotent-Replayed: true`. Tickets that cost nothing need no ' +
    '`payment`, and the payment provider is never called for them; for all others it is required.',
  request: {
    headers: keyHeader(
      'Any text of your own, new for each purchase. A repeat with the same key and body gets the same answer and never ' +
        'buys twice.',
    ),
    body: { required: true, content: { 'application/json': { schema: purchaseBody } } },
  },
  responses: {
    201: {
      description: 'Bought: paid, and the tickets are valid. `Location` leads to the purchase.',
      content: { 'application/json': { schema: confirmedPurchase } },
    },
    202: {
      description:
        'The purchase continues. With `nextAction` it waits for its buyer: do what that says. Else ask at `Location`, or ' +
        'repeat the request, after the time in `Retry-After`.',
      content: { 'application/json': { schema: openPurchase } },
    },
  },
};

const PROBLEMS: Endpoint['problems'] = [
  'missing-idempotency-key',
  'invalid-idempotency-key',
  'payment-declined',
  'payment-not-captured',
  'forbidden',
  'unknown-event',
  'unknown-hold',
  'purchase-in-flight',
  'sold-out',
  'not-enough-left',
  'not-on-sale',
  'over-buyer-limit',
  'hold-in-use',
  'hold-used',
  'price-changed',
  'purchase-cancelled',
  'purchase-undone',
  ...BODY_PROBLEMS,
  'idempotency-key-reused',
  'payment-required',
  'amount-too-large',
  'unknown-ticket-type',
  'unavailable',
];

/** Buys tickets: 201 with the tickets, or 202 if the purchase takes longer than this gateway waits. */
export function purchaseTickets(deps: {
  purchase: AnswerPurchase;
  findHold: Database['findHold'];
  recordOperatorAct: Database['recordOperatorAct'];
  /** Origins to which a buyer may return. */
  returnOrigins: readonly string[];
  metrics: GatewayMetrics;
}): Endpoint {
  return {
    method: 'post',
    path: '/api/tickets/purchase',
    access: 'buyer',
    documentation: DOCUMENTATION,
    problems: PROBLEMS,
    async handle(c) {
      const key = readIdempotencyKey(c);
      if (!key.ok) return answerProblem(c, key.problem);
      const body = await readJsonBody(c, purchaseBody);
      if (!body.ok) return answerProblem(c, body.problem);

      const caller = callerOf(c);
      const userId = body.value.userId ?? caller.subject;
      if (!mayActFor(caller, userId)) {
        return answerProblem(c, problem('forbidden', { detail: "A buyer can buy only for the token's own subject." }));
      }
      const { complimentary } = body.value;
      if (complimentary !== undefined && caller.role !== 'operator') {
        return answerProblem(c, problem('forbidden', { detail: 'Only operators can issue complimentary tickets.' }));
      }
      const { eventId, holdId, expectedAmountMinor = null } = body.value;
      const named = holdId === undefined ? null : await namedHold(deps.findHold, { ...body.value, holdId }, userId);
      if (named?.ok === false) return answerProblem(c, named.problem);
      const items = named?.items ?? requestedItems(body.value);
      const { method: paymentMethod = null, returnUrl = null } = body.value.payment ?? {};
      if (returnUrl !== null && !deps.returnOrigins.includes(new URL(returnUrl).origin)) {
        const errors = [{ path: 'payment.returnUrl', message: 'Its origin is none of those that are allowed.' }];
        return answerProblem(c, problem('invalid-request', { errors }));
      }
      const purchaseId = purchaseIdOf(ROUTE, caller.subject, key.value);
      c.set('purchaseId', purchaseId);
      const wanted = {
        userId,
        eventId,
        items,
        paymentMethod,
        returnUrl,
        expectedAmountMinor,
        complimentary: complimentary && (true as const),
      };
      const fingerprint = purchaseFingerprint({ ...wanted, holdId });
      const requestId = c.get('requestId');
      if (complimentary) {
        const { reason } = complimentary;
        await recordComplimentary(c, deps, { purchaseId, fingerprint, userId, eventId, items, reason });
      }
      const hold = named && { hold: named.hold };
      const reply = await deps.purchase({ ...wanted, purchaseId, fingerprint, requestId, ...hold });
      deps.metrics.purchase(reply.kind === 'outcome' ? reply.outcome.kind : reply.kind);
      return answerPurchase(c, purchaseId, reply);
    },
  };
}

/**
 * Before the purchase, so that no complimentary ticket is issued without a line that says why. A repeat has the same line; another
 * request under the key has its own, since the key is free again after some refusals.
 */
function recordComplimentary(
  c: GatewayContext,
  deps: Pick<Database, 'recordOperatorAct'>,
  request: {
    readonly purchaseId: string;
    readonly fingerprint: string;
    readonly userId: string;
    readonly eventId: string;
    readonly items: readonly RequestedItem[];
    readonly reason: string;
  },
): Promise<void> {
  const { reason, items, fingerprint, ...about } = request;
  return deps.recordOperatorAct({
    ...about,
    ...actorOf(c),
    action: COMPLIMENTARY_ACTION,
    reason,
    messageId: operatorActionIdOf(request.purchaseId, fingerprintOf([COMPLIMENTARY_ACTION, fingerprint, reason])),
    after: { items: items.map(({ ticketType, quantity }) => ({ ticketType: ticketType ?? null, quantity })) },
  });
}
