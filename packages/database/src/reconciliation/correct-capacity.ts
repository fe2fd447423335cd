import { correctionIdOf } from '@box-office/contract/derive';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';

// The lock under which the audit consumer applies its batches. What is read after it matches the ledger.
const LOCK = `select from events where id = $1 for no key update`;

const RECOMPUTE = `
update events e set capacity = l.capacity
  from (select e2.initial_capacity + coalesce(sum(c.change), 0)::integer as capacity
          from events e2 left join capacity_ledger c on c.event_id = e2.id
         where e2.id = $1 group by e2.initial_capacity) l
 where e.id = $1 and e.capacity <> l.capacity
returning e.capacity`;

/**
 * Sets `events.capacity` to the sum of the ledger.
 *
 * @returns the new capacity, or null if it was right already
 */
export function recomputeCapacity(pool: pg.Pool, eventId: string): Promise<number | null> {
  return inTransaction(pool, async (client) => {
    await client.query(LOCK, [eventId]);
    const { rows } = await client.query<{ capacity: number }>(RECOMPUTE, [eventId]);
    return rows[0]?.capacity ?? null;
  });
}

// What is missing in the lines of a purchase; no row while some of its lines are still to come.
const MISSING_OF_PURCHASE = `
with sold as (
  select count(*) as lines,
         coalesce(sum((select sum((item ->> 'quantity')::integer) from jsonb_array_elements(items) as item)), 0) as tickets
    from event_ticket_transactions where id = $2 and event_id = $1 and confirmed_at is not null
), cancelled as (
  select count(distinct c.id) as lines, count(*) as tickets
    from ticket_cancellations c join event_tickets k on k.cancellation_id = c.id
   where c.purchase_id = $2 and c.event_id = $1 and c.status = 'cancelled'
), ledger as (
  select coalesce(sum(change), 0) as change, count(*) filter (where operation = 'purchase') as sales,
         count(*) filter (where operation = 'cancel') as cancellations
    from capacity_ledger where event_id = $1 and purchase_id = $2
)
select (c.tickets - s.tickets - l.change)::integer as change
  from sold s, cancelled c, ledger l
 where l.sales >= s.lines and l.cancellations >= c.lines`;

const MISSING_OF_TOTALS = `
select (t.total - e.initial_capacity - coalesce(l.change, 0))::integer as change
  from events e
  cross join lateral (select sum(total) as total from event_ticket_types where event_id = e.id) t
  cross join lateral (select sum(change) as change from capacity_ledger where event_id = e.id and purchase_id is null) l
 where e.id = $1`;

const CORRECT = `
with line as (
  insert into capacity_ledger (message_id, event_id, purchase_id, operation, change, items, occurred_at, finding_id)
  values ($1, $2, $3, 'adjust', $4, '[]', now(), $5)
  on conflict (message_id) do nothing
  returning change
)
update events set capacity = capacity + line.change from line where id = $2`;

/**
 * Writes one ledger line that corrects the sum of lines: those of one purchase to what was sold and cancelled of it, or
 * those without a purchase to the totals. Existing lines are never changed. The difference is computed under the lock,
 * so of several concurrent corrections the first one corrects and the others find nothing.
 *
 * @returns the change of the line; 0 if there was nothing to correct
 */
export function correctLedger(
  pool: pg.Pool,
  o: { readonly findingId: string; readonly eventId: string; readonly purchaseId: string | null },
): Promise<number> {
  return inTransaction(pool, async (client) => {
    await client.query(LOCK, [o.eventId]);
    const { rows } =
      o.purchaseId === null
        ? await client.query<{ change: number }>(MISSING_OF_TOTALS, [o.eventId])
        : await client.query<{ change: number }>(MISSING_OF_PURCHASE, [o.eventId, o.purchaseId]);
    const change = rows[0]?.change ?? 0;
    if (change === 0) return 0;
    await client.query(CORRECT, [correctionIdOf(o.findingId), o.eventId, o.purchaseId, change, o.findingId]);
    return change;
  });
}
