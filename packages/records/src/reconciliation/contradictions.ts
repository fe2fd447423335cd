import type pg from 'pg';

/** A place at which the record disagrees with itself, or with what it told a buyer. Nothing here may be repaired blindly. */
export interface Contradiction {
  /**
   * - `doubled_serial`: several living tickets bear it;
   * - `serial_above_total`: there is no such ticket;
   * - `not_as_told`: the buyer of a confirmed purchase was told of other tickets than there are;
   * - `left_pending`: the purchase is over, and the ticket still takes up its serial.
   */
  readonly kind: 'doubled_serial' | 'serial_above_total' | 'not_as_told' | 'left_pending';
  readonly ticketType: string;
  readonly serial: number;
  /** Whose ticket it is; of a doubled one, the first by id. */
  readonly purchaseId: string;
  readonly purchases: readonly string[];
}

const MOST_ROWS = 100;

const CONTRADICTIONS = `
with living as (
  select purchase_id, ticket_type, serial, status from event_tickets
   where event_id = $1 and living
), told as (
  select t.id as purchase_id, x."ticketId" as id, x."ticketType" as ticket_type, x.serial
    from event_ticket_transactions t
    cross join lateral jsonb_to_recordset(t.outcome -> 'tickets') as x("ticketId" uuid, "ticketType" text, serial integer)
   where t.event_id = $1 and t.confirmed_at is not null
), sold as (
  select purchase_id, id, ticket_type, serial from event_tickets
   where event_id = $1 and status in ('valid', 'cancelled')
)
select 'doubled_serial' as kind, ticket_type, serial, array_agg(purchase_id::text order by purchase_id) as purchases
  from living group by ticket_type, serial having count(*) > 1
union all
select 'serial_above_total', l.ticket_type, l.serial, array[l.purchase_id::text]
  from living l join event_ticket_types y on y.event_id = $1 and y.name = l.ticket_type
 where l.serial > y.total
union all
select 'not_as_told', coalesce(t.ticket_type, s.ticket_type), coalesce(t.serial, s.serial),
       array[coalesce(t.purchase_id, s.purchase_id)::text]
  from told t full join sold s using (purchase_id, id)
 where t.id is null or s.id is null or t.ticket_type <> s.ticket_type or t.serial <> s.serial
union all
select 'left_pending', l.ticket_type, l.serial, array[l.purchase_id::text]
  from living l join event_ticket_transactions t on t.id = l.purchase_id
 where l.status = 'pending' and t.outcome is not null
 order by 1, 2, 3
 limit $2`;

interface Row {
  readonly kind: Contradiction['kind'];
  readonly ticket_type: string;
  readonly serial: number;
  readonly purchases: string[];
}

/** All of an event's, up to a hundred. */
export async function readContradictions(client: pg.Pool | pg.ClientBase, eventId: string): Promise<Contradiction[]> {
  const { rows } = await client.query<Row>(CONTRADICTIONS, [eventId, MOST_ROWS]);
  return rows.map(({ kind, ticket_type, serial, purchases }) => ({
    kind,
    ticketType: ticket_type,
    serial,
    purchaseId: purchases[0] ?? '',
    purchases,
  }));
}
