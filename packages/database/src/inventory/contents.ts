import type { EventDetails } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { readHeld, stillValid } from './held-contents.js';
import type { PurchaseSerials } from './purchase-serials.js';

/** What is taken of an event according to PostgreSQL. */
export interface TakenSerials {
  /** Of open purchases, whose tickets are pending, and of holds. */
  readonly reservations: readonly PurchaseSerials[];
  readonly sales: readonly PurchaseSerials[];
}

/** Serials that one statement reads: some ten milliseconds, however many the event has. */
const SERIALS_PER_PAGE = 2_000;

const HIGHEST = `
select y.name, k.highest
  from event_ticket_types y
  cross join lateral (
    select max(serial) as highest from event_tickets where event_id = y.event_id and ticket_type = y.name and serial_in_use
  ) k
 where y.event_id = $1 and k.highest is not null`;

// A range of the unique index on serials, so that every plan reads no more than that.
const PAGE = `
select k.ticket_type, k.serial, k.purchase_id, k.user_id, k.status, t.epoch
  from event_tickets k
  join event_ticket_transactions t on t.id = k.purchase_id
 where k.event_id = $1 and k.ticket_type = $2 and k.serial > $3 and k.serial <= $4 and k.serial_in_use
 order by k.serial`;

/**
 * Reads which serials of an event belong to which purchase, for an inventory that is built now.
 *
 * @param client in a repeatable read transaction: it reads page by page, and all pages have to be of one snapshot
 */
export async function readTakenSerials(client: pg.ClientBase, event: EventDetails): Promise<TakenSerials> {
  const pending = new Map<string, Collected>();
  const sales = new Map<string, Collected>();
  const types = await client.query<{ name: string; highest: number }>(HIGHEST, [event.id]);
  for (const { name, highest } of types.rows) {
    for (let from = 0; from < highest; from += SERIALS_PER_PAGE) {
      const rows = await rowsOf<TicketRow>(client, PAGE, [event.id, name, from, from + SERIALS_PER_PAGE]);
      for (const row of rows) collect(row.status === 'valid' ? sales : pending, row);
    }
  }
  const held = stillValid(event, [...pending.values(), ...sales.values()], await readHeld(client, event.id));
  return { reservations: [...pending.values(), ...held], sales: [...sales.values()] };
}

interface Collected extends PurchaseSerials {
  readonly items: { readonly ticketType: string; readonly serials: number[] }[];
}

type TicketRow = Omit<Collected, 'items'> & {
  readonly ticketType: string;
  readonly serial: number;
  readonly status: 'pending' | 'valid';
};

function collect(purchases: Map<string, Collected>, row: TicketRow): void {
  const { purchaseId, epoch, userId, ticketType, serial } = row;
  let purchase = purchases.get(purchaseId);
  if (!purchase) purchases.set(purchaseId, (purchase = { purchaseId, epoch, userId, items: [] }));
  const last = purchase.items.at(-1);
  if (last?.ticketType === ticketType) last.serials.push(serial);
  else purchase.items.push({ ticketType, serials: [serial] });
}
