import type { EventFacts } from '@box-office/contract';
import type pg from 'pg';
import { readHeld, tenable } from './held-contents.js';
import type { PurchaseSerials } from './purchase-serials.js';

/** What is taken of an event according to the record. */
export interface TakenSerials {
  /** Purchases that are still open (their tickets are pending), and timed holds. */
  readonly holds: readonly PurchaseSerials[];
  readonly sales: readonly PurchaseSerials[];
}

/** Serials looked at by one statement: some ten milliseconds, however many the event has. */
const SERIALS_PER_PAGE = 2_000;

const HIGHEST = `
select y.name, k.highest
  from event_ticket_types y
  cross join lateral (
    select max(serial) as highest from event_tickets where event_id = y.event_id and ticket_type = y.name and living
  ) k
 where y.event_id = $1 and k.highest is not null`;

// A range of the index that keeps serials unique, so that whatever plan is chosen, it reads no more than that.
const PAGE = `
select k.ticket_type, k.serial, k.purchase_id, k.user_id, k.status, t.epoch
  from event_tickets k
  join event_ticket_transactions t on t.id = k.purchase_id
 where k.event_id = $1 and k.ticket_type = $2 and k.serial > $3 and k.serial <= $4 and k.living
 order by k.serial`;

interface TicketRow {
  readonly ticket_type: string;
  readonly serial: number;
  readonly purchase_id: string;
  readonly user_id: string;
  readonly status: 'pending' | 'valid';
  readonly epoch: number;
}

/**
 * Reads which serials of an event are whose, as an inventory built at this moment would hold them.
 *
 * @param client in a transaction of isolation level repeatable read: page after page is read, and all of them have to show
 *   the same moment
 */
export async function readTakenSerials(client: pg.ClientBase, facts: EventFacts): Promise<TakenSerials> {
  const pending = new Map<string, Collected>();
  const sales = new Map<string, Collected>();
  const types = await client.query<{ name: string; highest: number }>(HIGHEST, [facts.id]);
  for (const { name, highest } of types.rows) {
    for (let from = 0; from < highest; from += SERIALS_PER_PAGE) {
      const { rows } = await client.query<TicketRow>(PAGE, [facts.id, name, from, from + SERIALS_PER_PAGE]);
      for (const row of rows) collect(row.status === 'valid' ? sales : pending, row);
    }
  }
  const held = tenable(facts, [...pending.values(), ...sales.values()], await readHeld(client, facts.id));
  return { holds: [...pending.values(), ...held], sales: [...sales.values()] };
}

interface Collected extends PurchaseSerials {
  readonly items: { readonly ticketType: string; readonly serials: number[] }[];
}

function collect(purchases: Map<string, Collected>, row: TicketRow): void {
  const { purchase_id: purchaseId, epoch, user_id: userId, ticket_type: ticketType, serial } = row;
  let purchase = purchases.get(purchaseId);
  if (!purchase) purchases.set(purchaseId, (purchase = { purchaseId, epoch, userId, items: [] }));
  const last = purchase.items.at(-1);
  if (last?.ticketType === ticketType) last.serials.push(serial);
  else purchase.items.push({ ticketType, serials: [serial] });
}
