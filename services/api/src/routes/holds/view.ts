import type { Hold, PurchaseRecord } from '@box-office/contract';
import { PROBLEMS, problemUri } from '../../problems.js';
import { problemOf, refusalProblem } from '../purchase-tickets/answer.js';
import type { Problem } from '../../problems.js';
import type { HoldView } from './schema.js';

/** Where the state of a hold can be asked for. */
export const holdUrl = (holdId: string): string => `/api/tickets/holds/${holdId}`;

/** A hold as PostgreSQL has it. */
export function viewOfHold(hold: Hold): HoldView {
  const { holdId, status, userId, eventId, expiresAt, purchaseId, refusal } = hold;
  return {
    holdId,
    status,
    userId,
    eventId,
    ...(refusal !== null ? { problem: bodyOf(refusalProblem(refusal)) } : whatIsHeld(hold)),
    ...(expiresAt !== null && { expiresAt }),
    ...(purchaseId !== null && { purchaseId }),
  };
}

/** A hold of which only the gateways' record of its key is known: it is being taken, or was refused without a workflow. */
export function viewOfRecord(holdId: string, record: PurchaseRecord): HoldView {
  const common = { holdId, userId: record.userId, eventId: record.eventId };
  if (record.state !== 'done' || record.outcome.kind === 'confirmed') return { ...common, status: 'open' };
  return { ...common, status: 'refused', problem: bodyOf(problemOf(record.outcome)) };
}

/** The body of the answer to whoever took it: the same for every repeat, whatever became of it since. */
export function takenView(hold: Hold) {
  const { holdId, eventId, expiresAt } = hold;
  return { holdId, eventId, ...whatIsHeld(hold), expiresAt };
}

function bodyOf({ type, members }: Problem): NonNullable<HoldView['problem']> {
  const [status, title, detail] = PROBLEMS[type];
  return { type: problemUri(type), title, status, detail, ...members };
}

/** Its serials, and the price that it keeps for them. */
function whatIsHeld({ items, quote }: Hold) {
  const prices = new Map(quote?.items.map(({ ticketType, priceMinor }) => [ticketType, priceMinor]));
  return {
    items: items.map(({ ticketType, serials }) => ({
      ...{ ticketType, serials: [...serials] },
      priceMinor: prices.get(ticketType) ?? 0,
    })),
    ...(quote && { amountMinor: quote.amountMinor, currency: quote.currency }),
  };
}
