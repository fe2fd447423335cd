import type { Hold } from '@box-office/contract';
import type { Database } from '../database.js';
import type { Refused } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import type { NamedHold } from './purchase-request.js';
import type { RequestedItem } from '../ticket/requested-items.js';
import { requestedItems, selectsTickets, type TicketSelection } from '../ticket/ticket-selection.js';

interface Named {
  readonly ok: true;
  readonly items: readonly RequestedItem[];
  readonly hold: NamedHold;
}

/**
 * Reads the hold that a purchase names. It must be the buyer's, of the same event and the same tickets, where the body
 * names any; the workflow finds out whether it still holds them.
 */
export async function namedHold(
  findHold: Database['findHold'],
  body: TicketSelection & { readonly eventId: string; readonly holdId: string },
  userId: string,
): Promise<Named | Refused> {
  const hold = await findHold(body.holdId);
  if (hold === null || hold.userId !== userId || hold.status === 'refused')
    return { ok: false, problem: problem('unknown-hold') };
  if (hold.eventId !== body.eventId) return mismatch('eventId', 'The hold is for another event.');
  if (selectsTickets(body) && !isSame(requestedItems(body), hold)) {
    return mismatch('holdId', 'The hold is for other tickets: leave the tickets out, or name the same.');
  }
  return { ok: true, items: hold.wanted, hold: { holdId: hold.holdId, status: hold.status, usedBy: hold.purchaseId } };
}

/** A type that is left out is that of the hold, if it has one only. */
function isSame(requested: readonly RequestedItem[], { wanted }: Hold): boolean {
  return (
    requested.length === wanted.length &&
    requested.every(({ ticketType, quantity }, place) => {
      const held = wanted[place];
      return held?.quantity === quantity && (ticketType ?? held.ticketType) === held.ticketType;
    })
  );
}

const mismatch = (path: string, message: string): Refused => ({
  ok: false,
  problem: problem('invalid-request', { errors: [{ path, message }] }),
});
