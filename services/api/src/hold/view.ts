import { taxIn, type Hold, type HoldQuote, type IdempotencyRecord } from '@box-office/contract';
import type { RefusedOutcome } from '../idempotency/start-decision.js';
import { viewOfFees } from '../http/schemas.js';
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

/** As the receipt will state it: rounded for each line. */
const taxOf = ({ items, fees }: HoldQuote): number =>
  [...items, ...(fees ?? [])].reduce(
    (sum, { quantity, priceMinor, taxRatePpm = 0 }) => sum + taxIn(quantity * priceMinor, taxRatePpm),
    0,
  );

/** Its serials, and the price that it keeps for them. */
function heldTickets({ items, quote }: Hold) {
  const quoted = new Map(quote?.items.map((item) => [item.ticketType, item]));
  return {
    items: items.map(({ ticketType, serials }) => ({
      ticketType,
      serials: [...serials],
      priceMinor: quoted.get(ticketType)?.priceMinor ?? 0,
      taxRatePpm: quoted.get(ticketType)?.taxRatePpm ?? 0,
    })),
    ...(quote && {
      fees: viewOfFees(quote.fees),
      amountMinor: quote.amountMinor,
      taxMinor: taxOf(quote),
      currency: quote.currency,
    }),
  };
}
