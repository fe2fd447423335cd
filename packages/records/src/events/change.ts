import { randomUUID } from 'node:crypto';
import type { EventFacts } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordEventChange, type EventActor } from './actor.js';
import { findEvent } from './find.js';

/** What may be changed of an event; what is left out stays. Types are named; a new name adds a type. */
export type EventChanges = Partial<Omit<EventFacts, 'id' | 'currency'>>;

export type EventChange =
  | { readonly kind: 'changed'; readonly facts: EventFacts; readonly generation: number }
  | { readonly kind: 'unknown' }
  /** A ticket type cannot have fewer tickets than the highest serial number held or sold, nor be left out. */
  | {
      readonly kind: 'refused';
      readonly reason: 'total_too_low';
      readonly ticketType: string;
      readonly lowestPossible: number;
    }
  | { readonly kind: 'refused'; readonly reason: 'type_missing'; readonly ticketType: string }
  /** A cancelled event stays cancelled, also for a change that began before it was. */
  | { readonly kind: 'refused'; readonly reason: 'event_cancelled' };

/** The facts of an event after changes, nothing written yet. */
export function withChanges(facts: EventFacts, changes: EventChanges): EventFacts {
  return { ...facts, ...changes, id: facts.id, currency: facts.currency };
}

// Against concurrent inserts of tickets: they hold share locks on the types that they count in.
const LOCK_TYPES = `select name, total from event_ticket_types where event_id = $1 order by name for update`;

const HIGHEST_SERIALS = `
select ticket_type, max(serial) as highest from (
  select ticket_type, serial from event_tickets where event_id = $1 and living
  union all
  select i."ticketType", s::integer
    from ticket_holds h
    cross join lateral jsonb_to_recordset(h.items) as i("ticketType" text, serials jsonb)
    cross join lateral jsonb_array_elements_text(i.serials) as s
   where h.event_id = $1
     and (h.status = 'active' or exists (
       select from event_ticket_transactions t where t.id = h.purchase_id and t.outcome is null))
) taken group by ticket_type`;

const UPDATE_EVENT = `
update events
   set name = $2, description = $3, venue = $4, starts_at = $5, ends_at = $6, time_zone = $7, status = $8,
       sale_starts_at = $9, sale_ends_at = $10, limit_per_buyer = $11, cancellable_until = $12, updated_at = now()
 where id = $1 and (status <> 'cancelled' or $8 = 'cancelled')`;

const UPSERT_TYPES = `
insert into event_ticket_types (event_id, name, position, price_minor, total)
select $1, name, position, "priceMinor", total
  from rows from (jsonb_to_recordset($2) as (name text, "priceMinor" bigint, total integer))
       with ordinality as t(name, "priceMinor", total, position)
on conflict (event_id, name) do update
   set position = excluded.position, price_minor = excluded.price_minor, total = excluded.total`;

const ADJUST_CAPACITY = `
with line as (
  insert into capacity_ledger (message_id, event_id, operation, change, items, occurred_at)
  values ($1, $2, 'adjust', $3, $4, now())
)
update events set capacity = capacity + $3 where id = $2`;

/**
 * Writes an event's new facts. A change of the totals is a ledger line, so that the capacity stays the sum of its lines.
 * Redis is the caller's: totals are raised here first and there afterwards, and lowered there first.
 */
export function changeEvent(pool: pg.Pool, facts: EventFacts, actor?: EventActor): Promise<EventChange> {
  return inTransaction(pool, async (client) => {
    const before = await client.query<{ name: string; total: number }>(LOCK_TYPES, [facts.id]);
    if (before.rows.length === 0) return { kind: 'unknown' };
    const standing = await findEvent(client, facts.id);
    const totals = new Map(facts.ticketTypes.map((type) => [type.name, type.total]));
    for (const { name } of before.rows) {
      if (!totals.has(name)) return { kind: 'refused', reason: 'type_missing', ticketType: name };
    }
    const highest = await client.query<{ ticket_type: string; highest: number }>(HIGHEST_SERIALS, [facts.id]);
    for (const row of highest.rows) {
      if ((totals.get(row.ticket_type) ?? 0) < row.highest) {
        return {
          kind: 'refused',
          reason: 'total_too_low',
          ticketType: row.ticket_type,
          lowestPossible: row.highest,
        };
      }
    }
    const updated = await client.query(UPDATE_EVENT, [
      facts.id,
      facts.name,
      facts.description,
      facts.venue,
      facts.startsAt,
      facts.endsAt,
      facts.timeZone,
      facts.status,
      facts.saleStartsAt,
      facts.saleEndsAt,
      facts.limitPerBuyer,
      facts.cancellableUntil ?? null,
    ]);
    if (updated.rowCount === 0) return { kind: 'refused', reason: 'event_cancelled' };
    await client.query(UPSERT_TYPES, [facts.id, JSON.stringify(facts.ticketTypes)]);
    await recordAdjustment(client, facts, before.rows);
    const { rows } = await client.query<{ generation: string }>(
      'select generation from event_inventory where event_id = $1',
      [facts.id],
    );
    const changed = await findEvent(client, facts.id);
    if (!changed) throw new Error(`event ${facts.id} vanished while it was changed`);
    if (actor && standing) await recordEventChange(client, actor, standing, changed);
    return { kind: 'changed', facts: changed, generation: Number(rows[0]?.generation ?? 0) };
  });
}

async function recordAdjustment(
  client: pg.ClientBase,
  facts: EventFacts,
  before: readonly { name: string; total: number }[],
): Promise<void> {
  const totalBefore = new Map(before.map((type) => [type.name, type.total]));
  const items = facts.ticketTypes
    .map((type) => ({ TicketType: type.name, Quantity: type.total - (totalBefore.get(type.name) ?? 0) }))
    .filter((item) => item.Quantity !== 0);
  if (items.length === 0) return;
  const change = items.reduce((sum, item) => sum + item.Quantity, 0);
  await client.query(ADJUST_CAPACITY, [randomUUID(), facts.id, change, JSON.stringify(items)]);
}
