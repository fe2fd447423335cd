import type pg from 'pg';
import { pageOf, rowsOf } from '../rows.js';

/** A ticket that was sold. Money in minor units. */
export interface TicketRow {
  readonly ticketId: string;
  readonly eventId: string;
  readonly ticketType: string;
  readonly serial: number;
  readonly purchaseId: string;
  /** The buyer. */
  readonly userId: string;
  /** Who took it over by a transfer; null: the buyer has it. */
  readonly holderId: string | null;
  /** Until when somebody may take it over with the code of an offer, ISO 8601; null: it is not offered. */
  readonly offeredUntil: string | null;
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
select k.id as ticket_id, k.event_id, k.ticket_type, k.serial, k.purchase_id, k.user_id, k.holder_id, k.price_minor,
       k.currency, k.version, o.expires_at as offered_until, a.checked_at as admitted_at, a.gate,
       case when k.status = 'valid' and k.cancellation_id is not null then 'cancelling' else k.status end as status
  from event_tickets k
  left join ticket_check_ins a on a.id = k.admission_id
  left join ticket_transfers o
    on o.ticket_id = k.id and o.accepted_at is null and o.withdrawn_at is null and o.expires_at > now()`;
const IS_SOLD = `k.status in ('valid', 'cancelled')`;

const BY_IDS = `${SELECT} where ${IS_SOLD} and k.id = any($1)`;
const OF_PURCHASE = `
${SELECT}
 where ${IS_SOLD} and k.purchase_id = $1 and ($2::text is null or k.user_id = $2) order by k.ticket_type, k.serial`;
// Negated, so that one comparison of rows does for newest event first and id.
const POSITION = `-extract(epoch from e.starts_at), k.id`;
const OF_HOLDER = `
${SELECT}
  join events e on e.id = k.event_id
 where ${IS_SOLD} and k.holder_id = $1
   and ($2::uuid is null
        or (${POSITION}) > (select ${POSITION} from event_tickets k join events e on e.id = k.event_id where k.id = $2))
 order by ${POSITION} limit $3`;

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
  const [ticket] = await findTickets(pool, [ticketId]);
  return ticket ?? null;
}

/** Those of these tickets that were sold, in any order. */
export async function findTickets(pool: pg.Pool, ticketIds: readonly string[]): Promise<TicketRow[]> {
  const rows = await rowsOf<Row>(pool, BY_IDS, [ticketIds], 'find-tickets');
  return rows.map(ticketOf);
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

/** A page of the tickets that a user has taken over from others, that of the last event first. */
export async function listReceivedTickets(
  pool: pg.Pool,
  userId: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly tickets: readonly TicketRow[]; readonly next: string | null }> {
  const rows = await rowsOf<Row>(pool, OF_HOLDER, [userId, after ?? null, limit + 1], 'list-received-tickets');
  const { items, next } = pageOf(rows, limit, ({ ticketId }) => ticketId);
  return { tickets: items.map(ticketOf), next };
}
