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
  /** When and where it was admitted; null while it is not. */
  readonly admission: { readonly admittedAt: string; readonly gate: string } | null;
}

// Pending tickets are not paid yet, and void ones never were.
const SELECT = `
select k.id as ticket_id, k.event_id, k.ticket_type, k.serial, k.purchase_id, k.user_id, k.price_minor, k.currency,
       k.version, a.checked_at as admitted_at, a.gate,
       case when k.status = 'valid' and k.cancellation_id is not null then 'cancelling' else k.status end as status
  from event_tickets k left join ticket_check_ins a on a.id = k.admission_id
 where k.status in ('valid', 'cancelled')`;

const BY_ID = `${SELECT} and k.id = $1`;
const OF_PURCHASE = `
${SELECT} and k.purchase_id = $1 and ($2::text is null or k.user_id = $2) order by k.ticket_type, k.serial`;

interface Row extends Omit<TicketRow, 'admission'> {
  readonly admittedAt: string | null;
  readonly gate: string | null;
}

const ticketOf = ({ admittedAt, gate, ...ticket }: Row): TicketRow => ({
  ...ticket,
  admission: admittedAt === null || gate === null ? null : { admittedAt, gate },
});

/** The ticket of this id, or null. */
export async function findTicket(pool: pg.Pool, ticketId: string): Promise<TicketRow | null> {
  const [row] = await rowsOf<Row>(pool, BY_ID, [ticketId], 'find-ticket');
  return row ? ticketOf(row) : null;
}

/** The tickets of a purchase; with `userId` only those of this user. */
export async function findTicketsOfPurchase(
  pool: pg.Pool,
  purchaseId: string,
  userId: string | null,
): Promise<TicketRow[]> {
  const rows = await rowsOf<Row>(pool, OF_PURCHASE, [purchaseId, userId], 'find-tickets-of-purchase');
  return rows.map(ticketOf);
}
