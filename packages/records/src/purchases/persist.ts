import type { SerialRange } from '@box-office/contract';
import { ticketIdOf } from '@box-office/contract/derive';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';

export interface TicketsToPersist {
  readonly purchaseId: string;
  readonly epoch: number;
  /** Generation of the inventory under which the serials were reserved. */
  readonly generation: number;
  readonly authorisationId: string;
  readonly items: readonly SerialRange[];
}

/**
 * What became of one purchase:
 * - `persisted`: its tickets stand as pending (now or since an earlier try)
 * - `stale_generation`: the hold comes from an inventory that was closed since; reserve again
 * - `serial_conflict`: a serial belongs to another purchase; nothing of this one was kept, reserve again
 * - `cancel_requested`, `undoing`: it must not go forward; it, or its whole event, was cancelled
 * - `superseded`: another run owns it now
 * - `finished`: it already has its outcome
 */
export type PersistOutcome =
  'persisted' | 'stale_generation' | 'serial_conflict' | 'cancel_requested' | 'undoing' | 'superseded' | 'finished';

// Rows are locked in id order and tickets inserted in serial order, so that groups do not deadlock.
const PERSIST = `
with input as (
  select * from jsonb_to_recordset($1) as x(
    "purchaseId" uuid, epoch integer, generation bigint, "authorisationId" text, tickets jsonb)
), standing as materialized (
  select t.id, t.epoch, t.status, t.cancel_requested_at, t.event_id, t.user_id, t.currency, t.items
    from event_ticket_transactions t
   where t.id in (select "purchaseId" from input)
   order by t.id
     for update
), open_generation as materialized (
  select event_id, generation, event_cancelled from event_inventory
   where event_id in (select event_id from standing)
   order by event_id
     for share
), eligible as (
  select s.*, i."authorisationId", i.tickets
    from standing s
    join input i on i."purchaseId" = s.id and i.epoch = s.epoch
    join open_generation g on g.event_id = s.event_id and g.generation = i.generation
   where s.status = 'claimed' and s.cancel_requested_at is null and not g.event_cancelled
), wanted as (
  select e.id as purchase_id, e.event_id, e.user_id, e.currency, w.id, w."ticketType" as ticket_type, w.serial,
         (q.item ->> 'priceMinor')::bigint as price_minor
    from eligible e
    cross join lateral jsonb_to_recordset(e.tickets) as w(id uuid, "ticketType" text, serial integer)
    cross join lateral (
      select item from jsonb_array_elements(e.items) as item where item ->> 'ticketType' = w."ticketType"
    ) q
), inserted as (
  insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
  select id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, 'pending'
    from wanted
   order by event_id, ticket_type, serial
  on conflict do nothing
  returning purchase_id
), counted as (
  select e.id, e."authorisationId",
         jsonb_array_length(e.tickets) = (select count(*) from inserted n where n.purchase_id = e.id) as complete
    from eligible e
), moved as (
  update event_ticket_transactions t
     set status = 'persisted', authorisation_id = c."authorisationId"
    from counted c
   where t.id = c.id and c.complete
  returning t.id
)
select s.id,
  case
    when m.id is not null then 'persisted'
    when c.id is not null then 'serial_conflict'
    when s.epoch <> i.epoch then 'superseded'
    when s.status = 'persisted' then 'persisted'
    when s.status = 'undoing' then 'undoing'
    when s.status <> 'claimed' then 'finished'
    when s.cancel_requested_at is not null or g.event_cancelled then 'cancel_requested'
    else 'stale_generation'
  end as outcome
  from standing s
  join input i on i."purchaseId" = s.id
  left join open_generation g on g.event_id = s.event_id
  left join counted c on c.id = s.id
  left join moved m on m.id = s.id`;

const TAKE_BACK = `delete from event_tickets where purchase_id = any($1::uuid[]) and status = 'pending'`;

/**
 * Writes the tickets of authorised purchases as pending: from here on their serials are taken in PostgreSQL.
 * A serial conflict concerns its purchase alone; the rest of the list goes on.
 *
 * @returns one outcome per purchase, in the order given
 */
export async function persistTickets(pool: pg.Pool, purchases: readonly TicketsToPersist[]): Promise<PersistOutcome[]> {
  const input = purchases.map((purchase) => ({
    ...purchase,
    items: undefined,
    tickets: purchase.items.flatMap(({ ticketType, serials }) =>
      serials.map((serial) => ({ id: ticketIdOf(purchase.purchaseId, ticketType, serial), ticketType, serial })),
    ),
  }));
  const outcomes = await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string; outcome: PersistOutcome }>({
      name: 'persist-tickets',
      text: PERSIST,
      values: [JSON.stringify(input)],
    });
    const conflicting = rows.filter((row) => row.outcome === 'serial_conflict').map((row) => row.id);
    if (conflicting.length > 0) await client.query(TAKE_BACK, [conflicting]);
    return new Map(rows.map((row) => [row.id, row.outcome]));
  });
  return purchases.map((purchase) => outcomes.get(purchase.purchaseId) ?? 'superseded');
}
