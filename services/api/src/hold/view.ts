import type { Hold, IdempotencyRecord } from '@box-office/contract';
import type { RefusedOutcome } from '../idempotency/start-decision.js';
import { problemBody } from '../http/problems.js';
import { refusalProblem } from '../purchase/purchase-answer.js';
import type { HoldView } from './schema.js';

/** The address of a hold. */
export const holdUrl = (holdId: string): string => `/api/tickets/holds/${holdId}`;

/** A hold as PostgreSQL has it. */
export function viewOfHold(hold: Hold): HoldView {
  const { holdId, status, userId, eventId, expiresAt, purchaseId, refusal } = hold;
  return {
    holdId,
    status,
    userId,
    eventId,
    ...(refusal !== null ? { problem: problemBody(refusalProblem(refusal)) } : heldTickets(hold)),
    ...(expiresAt !== null && { expiresAt }),
    ...(purchaseId !== null && { purchaseId }),
  };
}

/** A hold that has only its idempotency record: it is being taken, or was refused without a workflow. */
export function viewOfRecord(holdId: string, record: IdempotencyRecord<RefusedOutcome>): HoldView {
  const common = { holdId, userId: record.userId, eventId: record.eventId };
  if (record.state !== 'done') return { ...common, status: 'open' };
  return { ...common, status: 'refused', problem: problemBody(refusalProblem(record.outcome)) };
}

/** The body of the answer to the request that took it: the same for every repeat, whatever happened to the hold since. */
export function takenView(hold: Hold) {
  const { holdId, eventId, expiresAt } = hold;
  return { holdId, eventId, ...heldTickets(hold), expiresAt };
}

/** Its serials, and the price that it keeps for them. */
function heldTickets({ items, quote }: Hold) {
  const prices = new Map(quote?.items.map(({ ticketType, priceMinor }) => [ticketType, priceMinor]));
  return {
    items: items.map(({ ticketType, serials }) => ({
      ...{ ticketType, serials: [...serials] },
      priceMinor: prices.get(ticketType) ?? 0,
    })),
    ...(quote && { amountMinor: quote.amountMinor, currency: quote.currency }),
  };
}
