import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** A ticket that was sold. Money in minor units. */
export interface TicketRow {
  readonly ticketId: string;
  readonly eventId: string;
  readonly ticketType: string;
  readonly serial: number;
  readonly purchaseId: string;
  readonly userId: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly status: 'valid' | 'cancelling' | 'cancelled';
  /** Part of its code. */
  readonly version: number;
}

// Pending tickets are not paid yet, and void ones never were.
const SELECT = `
select id as ticket_id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, version,
       case when status = 'valid' and cancellation_id is not null then 'cancelling' else status end as status
  from event_tickets
 where status in ('valid', 'cancelled')`;

const BY_ID = `${SELECT} and id = $1`;
const OF_PURCHASE = `
${SELECT} and purchase_id = $1 and ($2::text is null or user_id = $2) order by ticket_type, serial`;

/** The ticket of this id, or null. */
export async function findTicket(pool: pg.Pool, ticketId: string): Promise<TicketRow | null> {
  const [row] = await rowsOf<TicketRow>(pool, BY_ID, [ticketId], 'find-ticket');
  return row ?? null;
}

/** The tickets of a purchase; with `userId` only those of this user. */
export function findTicketsOfPurchase(pool: pg.Pool, purchaseId: string, userId: string | null): Promise<TicketRow[]> {
  return rowsOf<TicketRow>(pool, OF_PURCHASE, [purchaseId, userId], 'find-tickets-of-purchase');
}
