import type pg from 'pg';

/** Rows that are counted in one transaction. */
const BATCH_ROWS = 1_000;

// Each statement takes ids from its queue and counts them, so each counts once; rows that another process is counting
// are skipped. A purchase or hold counts once under the type '' and once under each of its types that the event has.
// Rows of the statistics are written in the order of their keys, so that two processes do not deadlock.

// Reasons of an unexpected form, which only a payment provider could give, count as "other".
const COUNT_PURCHASES = `
with taken as (
  delete from purchases_to_count
   where purchase_id in (
     select purchase_id from purchases_to_count order by purchase_id limit $1 for update skip locked)
  returning purchase_id
), ended as materialized (
  select t.event_id, t.items, date_trunc('hour', t.updated_at, 'UTC') as hour, t.outcome ->> 'kind' as outcome,
         case when t.outcome ->> 'reason' ~ '^[a-z0-9_-]{1,40}$' then t.outcome ->> 'reason' else 'other' end as reason
    from taken
    join event_ticket_transactions t on t.id = taken.purchase_id
), counted as (
  insert into refusal_statistics as s (event_id, hour, ticket_type, outcome, reason, purchases)
  select n.event_id, n.hour, w.ticket_type, n.outcome, n.reason, count(*)
    from ended n
    join events e on e.id = n.event_id
    cross join lateral (
      select '' as ticket_type
      union
      select t.name from event_ticket_types t
       where t.event_id = n.event_id
         and t.name in (select i ->> 'ticketType' from jsonb_array_elements(coalesce(n.items, '[]')) as i)
    ) w
   group by 1, 2, 3, 4, 5
   order by 1, 2, 3, 4, 5
  on conflict (event_id, hour, ticket_type, outcome, reason) do update set purchases = s.purchases + excluded.purchases
)
select count(*)::integer as counted from taken`;

// A hold whose purchase is open may still be returned.
const COUNT_HOLDS = `
with taken as (
  delete from holds_to_count
   where hold_id in (
     select q.hold_id from holds_to_count q
      where not exists (
        select from ticket_holds h join event_ticket_transactions t on t.id = h.purchase_id and t.outcome is null
         where h.id = q.hold_id)
      order by q.hold_id limit $1 for update of q skip locked)
  returning hold_id
), ended as materialized (
  select h.event_id, h.wanted, h.status, date_trunc('hour', h.created_at, 'UTC') as hour
    from taken
    join ticket_holds h on h.id = taken.hold_id
), counted as (
  insert into hold_statistics as s (event_id, hour, ticket_type, used, expired, released, refused)
  select n.event_id, n.hour, w.ticket_type,
         count(*) filter (where n.status = 'used'), count(*) filter (where n.status = 'expired'),
         count(*) filter (where n.status = 'released'), count(*) filter (where n.status = 'refused')
    from ended n
    join events e on e.id = n.event_id
    cross join lateral (
      select '' as ticket_type
      union
      select t.name from event_ticket_types t
       where t.event_id = n.event_id and t.name in (select i ->> 'ticketType' from jsonb_array_elements(n.wanted) as i)
    ) w
   group by 1, 2, 3
   order by 1, 2, 3
  on conflict (event_id, hour, ticket_type) do update
     set used = s.used + excluded.used, expired = s.expired + excluded.expired,
         released = s.released + excluded.released, refused = s.refused + excluded.refused
)
select count(*)::integer as counted from taken`;

/**
 * Counts the purchases that ended without tickets and the holds that ended since the last call, each exactly once: they
 * have no messages, so they are counted from their rows. Safe to run in several processes and to repeat after a
 * failure.
 *
 * @returns how many were counted; a thousand of one kind means that there may be more
 */
export async function countOutcomes(pool: pg.Pool): Promise<{ purchases: number; holds: number }> {
  const count = async (text: string): Promise<number> => {
    const { rows } = await pool.query<{ counted: number }>(text, [BATCH_ROWS]);
    return rows[0]?.counted ?? 0;
  };
  return { purchases: await count(COUNT_PURCHASES), holds: await count(COUNT_HOLDS) };
}
