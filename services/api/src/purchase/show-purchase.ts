import type { IdempotencyRecord, PurchaseOutcome } from '@box-office/contract';
import type { PurchaseRow } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, mayActFor, type GatewayContext } from '../http/context.js';
import { problem, problemBody } from '../http/problems.js';
import type { Declines } from './buyer-limits.js';
import type { Resend } from '../idempotency/resend.js';
import type { LookUpPurchase } from './purchase-lookup.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { uuidParams, type Endpoint } from '../http/endpoint.js';
import { statusInView } from '../cancellation/view.js';
import { currentActionOf, nextAction } from './next-action.js';
import { problemOf } from './purchase-answer.js';
import {
  amountMinor,
  currency,
  eventId,
  heldTicket,
  instant,
  problemDetails,
  quotedFees,
  refundAmounts,
  userId,
  viewOfFees,
} from '../http/schemas.js';
import { readPurchaseId } from './purchase-id.js';

const RETRY_OPEN_S = 1;

export const purchaseView = z
  .object({
    purchaseId: z.uuid(),
    status: z.enum(['open', 'confirmed', 'cancelling', 'declined', 'refused', 'undone', 'cancelled']).openapi({
      description: '`cancelling`: each ticket that is left is being cancelled, and none is valid any more.',
    }),
    userId,
    eventId,
    transactionId: z.string().optional(),
    tickets: z.array(heldTicket).optional().openapi({ description: 'Those that are not cancelled yet.' }),
    fees: quotedFees.optional(),
    amountMinor: amountMinor.optional().openapi({ description: 'What was paid for it in all, fees included.' }),
    currency: currency.optional(),
    ...z.object(refundAmounts).partial().shape,
    cancellations: z
      .array(
        z.object({
          cancellationId: z.uuid(),
          status: z.enum(['requested', 'refunding', 'cancelled']),
          ...refundAmounts,
        }),
      )
      .optional()
      .openapi({ description: 'Its cancellations, the oldest first; the amounts beside are their sums.' }),
    paymentStatus: z
      .enum(['not_needed', 'authorising', 'completing'])
      .optional()
      .openapi({
        description:
          'Of an open purchase, once it is known. `not_needed`: it costs nothing. `authorising`: its tickets are being ' +
          'reserved, its amount is being authorised, or it waits for its buyer. `completing`: its tickets are recorded, and ' +
          'its payment is being completed; for a moment also where its buyer is about to be asked.',
      }),
    nextAction: nextAction.optional().openapi({ description: 'What an open purchase waits for its buyer to do.' }),
    problem: problemDetails
      .optional()
      .openapi({ description: 'Why there are no tickets: the answer to the purchase request.' }),
    createdAt: instant.optional(),
    updatedAt: instant.optional(),
  })
  .openapi('Purchase');

/** The state of a purchase, for its buyer and for operators. Other callers get 404. */
export function showPurchase(deps: {
  lookUp: LookUpPurchase;
  purchaseIdempotency: Pick<IdempotencyStore<PurchaseOutcome>, 'read'>;
  resendPurchase: Resend;
  declines: Pick<Declines, 'noteOutcome'>;
}): Endpoint {
  return {
    method: 'get',
    path: '/api/purchases/{id}',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Show a purchase',
      request: { params: uuidParams },
      responses: {
        200: {
          description: 'The purchase. While it is open, `Retry-After` says when to ask again.',
          content: { 'application/json': { schema: purchaseView } },
        },
      },
    },
    problems: ['unknown-purchase', 'unavailable'],
    async handle(c) {
      const id = readPurchaseId(c);
      if (id === null) return answerProblem(c, problem('unknown-purchase'));
      const row = await deps.lookUp(id);
      if (row !== undefined) {
        // The notification of the outcome may have been lost.
        if (row.outcome !== null) deps.declines.noteOutcome(id, row.outcome);
        return answerRow(c, row);
      }
      // It was admitted, but its workflow has not claimed it yet; or it was refused without one.
      const record = (await deps.purchaseIdempotency.read(id))?.record;
      if (record !== undefined) {
        if (callerOf(c).subject === record.userId) deps.resendPurchase(id, record);
        return show(c, record.userId, viewOfRecord(id, record));
      }
      return answerProblem(c, problem('unknown-purchase'));
    },
  };
}

type View = z.input<typeof purchaseView>;

/** Answers with a purchase that PostgreSQL has. */
export const answerRow = (c: GatewayContext, row: PurchaseRow): Response => show(c, row.userId, viewOfRow(row));

function show(c: GatewayContext, owner: string, view: View): Response {
  if (!mayActFor(callerOf(c), owner)) return answerProblem(c, problem('unknown-purchase'));
  return answer(c, 200, view, view.status === 'open' ? { 'Retry-After': String(RETRY_OPEN_S) } : undefined);
}

/** A purchase as PostgreSQL has it. */
export function viewOfRow(row: PurchaseRow): View {
  const { purchaseId, userId: owner, eventId: event, transactionId, createdAt, updatedAt, outcome } = row;
  const { requestedMinor, refundedMinor, pendingMinor, skippedMinor, cancellations } = row;
  const common = {
    purchaseId,
    userId: owner,
    eventId: event,
    transactionId,
    createdAt,
    updatedAt,
    requestedMinor,
    refundedMinor,
    pendingMinor,
    skippedMinor,
    cancellations: cancellations.map((one) => ({ ...one, status: statusInView(one.status) })),
  };
  if (outcome === null) {
    const action = currentActionOf(row);
    const paymentStatus = paymentStatusOf(row);
    return {
      ...common,
      status: 'open',
      ...(paymentStatus && { paymentStatus }),
      ...(action && { nextAction: action }),
    };
  }
  if (outcome.kind !== 'confirmed')
    return { ...common, status: outcome.kind, problem: problemBody(problemOf(outcome)) };
  return {
    ...common,
    status: row.status === 'cancelled' ? 'cancelled' : isCancelling(row) ? 'cancelling' : 'confirmed',
    tickets: [...row.tickets],
    fees: viewOfFees(row.fees),
    amountMinor: row.amountMinor,
    currency: row.currency,
  };
}

/** Undefined for a purchase that is being undone. */
function paymentStatusOf({ status, amountMinor: price, nextAction: action }: PurchaseRow): View['paymentStatus'] {
  if (status !== 'claimed' && status !== 'persisted') return undefined;
  if (price === 0) return 'not_needed';
  return status === 'persisted' && action === null ? 'completing' : 'authorising';
}

const isCancelling = ({ tickets }: PurchaseRow): boolean => tickets.every(({ status }) => status === 'cancelling');

function viewOfRecord(purchaseId: string, record: IdempotencyRecord<PurchaseOutcome>): View {
  const common = { purchaseId, userId: record.userId, eventId: record.eventId };
  if (record.state !== 'done') return { ...common, status: 'open' };
  const { outcome } = record;
  if (outcome.kind !== 'confirmed')
    return { ...common, status: outcome.kind, problem: problemBody(problemOf(outcome)) };
  const { transactionId, tickets, amountMinor: paid, currency: inCurrency } = outcome;
  return {
    ...common,
    status: 'confirmed',
    transactionId,
    tickets: tickets.map((one) => ({ ...one, status: 'valid' })),
    amountMinor: paid,
    currency: inCurrency,
  };
}
