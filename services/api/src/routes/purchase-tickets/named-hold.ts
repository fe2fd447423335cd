import type { Hold } from '@box-office/contract';
import type { HoldReads } from '../../ports.js';
import { problem } from '../../problems.js';
import type { Problem } from '../../problems.js';
import type { NamedHold, RequestedItem } from '../../purchasing/purchase-request.js';
import { requestedItems, saysTickets } from '../ticket-wish.js';
import type { TicketWish } from '../ticket-wish.js';

interface Named {
  readonly ok: true;
  readonly items: readonly RequestedItem[];
  readonly hold: NamedHold;
}

type Refused = { readonly ok: false; readonly problem: Problem };

/**
 * Looks up the hold that a purchase names. It must be the buyer's, of the same event and the same tickets, where the body
 * names any; whether it still holds them is for the workflow to find out.
 */
export async function namedHold(
  findHold: HoldReads['findHold'],
  body: TicketWish & { readonly eventId: string; readonly holdId: string },
  userId: string,
): Promise<Named | Refused> {
  const hold = await findHold(body.holdId);
  if (hold === null || hold.userId !== userId || hold.status === 'refused')
    return { ok: false, problem: problem('unknown-hold') };
  if (hold.eventId !== body.eventId) return mismatch('eventId', 'The hold is for another event.');
  if (saysTickets(body) && !isSame(requestedItems(body), hold)) {
    return mismatch('holdId', 'The hold is for other tickets: leave them out, or name the same.');
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
