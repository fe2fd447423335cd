import { HOLD_EPOCH, type EventDetails } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import type { PurchaseSerials } from './purchase-serials.js';

// A hold that a purchase uses counts as the purchase's until its tickets are written: it was promised the serials.
// While the purchase is being undone they are promised to the hold again, which gets them as soon as the tickets are
// void.
const HELD = `
select k.purchase_id, k.epoch, k.user_id, k.items from (
  select h.id as purchase_id, $2::integer as epoch, h.user_id, h.items, h.created_at
    from ticket_holds h
   where h.event_id = $1 and h.status = 'active'
  union all
  select case t.status when 'claimed' then t.id else h.id end, case t.status when 'claimed' then t.epoch else $2 end,
         t.user_id, h.items, h.created_at
    from event_ticket_transactions t
    join ticket_holds h on h.purchase_id = t.id
   where t.event_id = $1 and t.outcome is null and t.status in ('claimed', 'undoing')
) k
 order by k.created_at, k.purchase_id`;

/** What is held of an event without a ticket yet: by active holds, and by purchases that use one. Oldest first. */
export async function readHeld(client: pg.ClientBase, eventId: string): Promise<PurchaseSerials[]> {
  return rowsOf<PurchaseSerials>(client, HELD, [eventId, HOLD_EPOCH]);
}

/**
 * The holds that are still valid: each of their serials exists and belongs to no other. A ticket comes before a hold
 * and an older hold before a younger one. Holds and tickets only overlap if Redis was wrong; a hold is then dropped as
 * a whole, and its buyer buys like any other.
 */
export function stillValid(
  event: EventDetails,
  ticketed: readonly PurchaseSerials[],
  held: readonly PurchaseSerials[],
): PurchaseSerials[] {
  const totals = new Map(event.ticketTypes.map(({ name, total }) => [name, total]));
  const taken = new Set(ticketed.flatMap((purchase) => placesOf(purchase)));
  return held.filter((hold) => {
    const exists = hold.items.every(({ ticketType, serials }) =>
      serials.every((serial) => serial <= (totals.get(ticketType) ?? 0)),
    );
    const places = placesOf(hold);
    if (!exists || places.some((place) => taken.has(place))) return false;
    for (const place of places) taken.add(place);
    return true;
  });
}

const placesOf = ({ items }: PurchaseSerials): string[] =>
  items.flatMap(({ ticketType, serials }) => serials.map((serial) => JSON.stringify([ticketType, serial])));
