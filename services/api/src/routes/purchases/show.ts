import type { PurchaseOutcome, PurchaseRecord } from '@box-office/contract';
import type { PurchaseRow } from '@box-office/records';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import { callerOf, mayActFor } from '../../context.js';
import type { GatewayContext } from '../../context.js';
import { PROBLEMS, problem, problemUri } from '../../problems.js';
import type { LookUpPurchase } from '../../purchasing/purchase-lookup.js';
import type { PurchaseRecords } from '../../purchasing/purchase-records.js';
import { pathParameter } from '../endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { statusInView } from '../cancellations/view.js';
import { problemOf } from '../purchase-tickets/answer.js';
import {
  amountMinor,
  currency,
  eventId,
  heldTicket,
  instant,
  problemDetails,
  refundAmounts,
  userId,
} from '../schemas.js';

const RETRY_OPEN_S = 1;
const ID = z.uuid();

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
    amountMinor: amountMinor.optional().openapi({ description: 'What was paid for it in all.' }),
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
    problem: problemDetails
      .optional()
      .openapi({ description: 'Why there are no tickets: what the purchase was answered with.' }),
    createdAt: instant.optional(),
    updatedAt: instant.optional(),
  })
  .openapi('Purchase');

/** The state of a purchase, for its buyer and for operators. To everybody else it does not exist. */
export function showPurchase(deps: { lookUp: LookUpPurchase; records: Pick<PurchaseRecords, 'read'> }): Endpoint {
  return {
    method: 'get',
    path: '/api/purchases/{id}',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: 'Show a purchase',
      request: { params: z.object({ id: ID }) },
      responses: {
        200: {
          description: 'The purchase as it stands. While it is open, `Retry-After` says when to ask again.',
          content: { 'application/json': { schema: purchaseView } },
        },
      },
    },
    problems: ['unknown-purchase', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id').toLowerCase();
      if (!ID.safeParse(id).success) return answerProblem(c, problem('unknown-purchase'));
      c.set('purchaseId', id);
      const row = await deps.lookUp(id);
      if (row !== undefined) return show(c, row.userId, viewOfRow(row));
      // It was admitted, but its workflow has not claimed it yet; or it was refused without one.
      const record = (await deps.records.read(id))?.record;
      if (record !== undefined) return show(c, record.userId, viewOfRecord(id, record));
      return answerProblem(c, problem('unknown-purchase'));
    },
  };
}

type View = z.input<typeof purchaseView>;

function show(c: GatewayContext, owner: string, view: View): Response {
  if (!mayActFor(callerOf(c), owner)) return answerProblem(c, problem('unknown-purchase'));
  return answer(c, 200, view, view.status === 'open' ? { 'Retry-After': String(RETRY_OPEN_S) } : undefined);
}

/** A purchase as PostgreSQL has it. */
export function viewOfRow(row: PurchaseRow): View {
  const { purchaseId, userId: owner, eventId: event, transactionId, createdAt, updatedAt, outcome } = row;
  const { requestedMinor, refundedMinor, pendingMinor, skippedMinor, cancellations } = row;
  const common = {
    ...{ purchaseId, userId: owner, eventId: event, transactionId, createdAt, updatedAt },
    ...{ requestedMinor, refundedMinor, pendingMinor, skippedMinor },
    cancellations: cancellations.map((one) => ({ ...one, status: statusInView(one.status) })),
  };
  if (outcome === null) return { ...common, status: 'open' };
  if (outcome.kind !== 'confirmed') return { ...common, status: outcome.kind, problem: problemBody(outcome) };
  return {
    ...common,
    status: row.status === 'cancelled' ? 'cancelled' : isCancelling(row) ? 'cancelling' : 'confirmed',
    tickets: [...row.tickets],
    amountMinor: row.amountMinor,
    currency: row.currency,
  };
}

const isCancelling = ({ tickets }: PurchaseRow): boolean => tickets.every(({ status }) => status === 'cancelling');

function viewOfRecord(purchaseId: string, record: PurchaseRecord): View {
  const common = { purchaseId, userId: record.userId, eventId: record.eventId };
  if (record.state !== 'done') return { ...common, status: 'open' };
  const { outcome } = record;
  if (outcome.kind !== 'confirmed') return { ...common, status: outcome.kind, problem: problemBody(outcome) };
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

function problemBody(outcome: Exclude<PurchaseOutcome, { kind: 'confirmed' }>): z.input<typeof problemDetails> {
  const { type, members } = problemOf(outcome);
  const [status, title, detail] = PROBLEMS[type];
  return { type: problemUri(type), title, status, detail, ...members };
}
