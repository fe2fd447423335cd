import { rowsOf, type Queryable } from '../rows.js';

/** A contradiction within PostgreSQL, or with what a buyer was told. None of them may be repaired automatically. */
export interface Contradiction {
  /**
   * - `doubled_serial`: several tickets use it;
   * - `serial_above_total`: there is no such ticket;
   * - `not_as_told`: the outcome of a confirmed purchase names other tickets than there are;
   * - `left_pending`: the purchase has ended, and the ticket still uses its serial.
   */
  readonly kind: 'doubled_serial' | 'serial_above_total' | 'not_as_told' | 'left_pending';
  readonly ticketType: string;
  readonly serial: number;
  /** The purchase of the ticket; of several, the first by id. */
  readonly purchaseId: string;
  readonly purchases: readonly string[];
}

const PAGE_ROWS = 500;
/** Bounds what a check keeps in memory. An operator who has resolved these sees the rest after the next run. */
const MAX_PAGES = 20;

const CONTRADICTIONS = `
with in_use as (
  select purchase_id, ticket_type, serial, status from event_tickets
   where event_id = $1 and serial_in_use
), told as (
  select t.id as purchase_id, x."ticketId" as id, x."ticketType" as ticket_type, x.serial
    from event_ticket_transactions t
    cross join lateral jsonb_to_recordset(t.outcome -> 'tickets') as x("ticketId" uuid, "ticketType" text, serial integer)
   where t.event_id = $1 and t.confirmed_at is not null
), sold as (
  select purchase_id, id, ticket_type, serial from event_tickets
   where event_id = $1 and status in ('valid', 'cancelled')
)
select * from (
select 'doubled_serial' as kind, ticket_type, serial, array_agg(purchase_id::text order by purchase_id) as purchases
  from in_use group by ticket_type, serial having count(*) > 1
union all
select 'serial_above_total', l.ticket_type, l.serial, array[l.purchase_id::text]
  from in_use l join event_ticket_types y on y.event_id = $1 and y.name = l.ticket_type
 where l.serial > y.total
union all
select 'not_as_told', coalesce(t.ticket_type, s.ticket_type), coalesce(t.serial, s.serial),
       array[coalesce(t.purchase_id, s.purchase_id)::text]
  from told t full join sold s using (purchase_id, id)
 where t.id is null or s.id is null or t.ticket_type <> s.ticket_type or t.serial <> s.serial
union all
select 'left_pending', l.ticket_type, l.serial, array[l.purchase_id::text]
  from in_use l join event_ticket_transactions t on t.id = l.purchase_id
 where l.status = 'pending' and t.outcome is not null
) c
 where (kind, ticket_type, serial, purchases) > ($2, $3, $4, $5::text[])
 order by kind, ticket_type, serial, purchases
 limit $6`;

const UNBUILDABLE = `
with in_use as (
  select purchase_id, ticket_type, serial, status from event_tickets where event_id = $1 and serial_in_use
)
select exists (select from in_use group by ticket_type, serial having count(*) > 1)
    or exists (select from in_use group by purchase_id having count(distinct status) > 1)
    or exists (select from in_use l join event_ticket_types y on y.event_id = $1 and y.name = l.ticket_type
                where l.serial > y.total) as unbuildable`;

/**
 * Whether no inventory can be built from an event's tickets: a serial has two owners or is above the total, or a purchase
 * has pending and valid tickets.
 */
export async function hasUnbuildableTickets(db: Queryable, eventId: string): Promise<boolean> {
  const [row] = await rowsOf<{ unbuildable: boolean }>(db, UNBUILDABLE, [eventId]);
  return row?.unbuildable === true;
}

type Row = Omit<Contradiction, 'purchaseId'>;

/** The contradictions of an event. */
export async function readContradictions(db: Queryable, eventId: string): Promise<Contradiction[]> {
  const found: Row[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { kind = '', ticketType = '', serial = 0, purchases = [] } = found.at(-1) ?? {};
    const rows = await rowsOf<Row>(db, CONTRADICTIONS, [eventId, kind, ticketType, serial, purchases, PAGE_ROWS]);
    found.push(...rows);
    if (rows.length < PAGE_ROWS) break;
  }
  return found.map((row) => ({ ...row, purchaseId: row.purchases[0] ?? '' }));
}
