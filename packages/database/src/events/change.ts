import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EventDetails } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordEventChange, type EventActor } from './actor.js';
import { findEvent } from './find.js';
import { TYPE_COLUMNS, TYPE_VALUES, TYPES_OF_JSON } from './type-columns.js';

/** What is wrong with a field of a request. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** The event as the editor wants it, or what is wrong with it. */
export type WantedDetails =
  | { readonly kind: 'wanted'; readonly details: EventDetails }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

export interface EventEdit {
  readonly eventId: string;
  /** The revisions on which the edit may be based; null for any. */
  readonly ifRevision: readonly number[] | null;
  /** Called with the event under its lock. Id, revision and currency are kept, whatever it returns. */
  readonly wanted: (before: EventDetails) => WantedDetails;
  /** The operator, for the audit log; absent if no operator changes it. */
  readonly actor?: EventActor;
}

/** Reply of the inventory to lower totals. */
export type LoweredTotals =
  | { readonly kind: 'updated' | 'outdated' | 'expired' }
  | { readonly kind: 'refused'; readonly ticketType: string; readonly lowestPossible: number }
  | { readonly kind: 'unavailable'; readonly cause: string };

/** Lowers the totals in the inventory. `details` is the event before the change, with the lower totals. */
export type LowerTotals = (details: EventDetails, generation: number, revision: number) => Promise<LoweredTotals>;

export type EventChange =
  | { readonly kind: 'changed'; readonly details: EventDetails; readonly generation: number }
  | { readonly kind: 'unknown' }
  /** The event has another revision than the edit is based on. */
  | { readonly kind: 'other_revision'; readonly revision: number }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] }
  /** A ticket type cannot have fewer tickets than its highest serial held or sold, and cannot be removed. */
  | {
      readonly kind: 'refused';
      readonly reason: 'total_too_low';
      readonly ticketType: string;
      readonly lowestPossible: number;
    }
  | { readonly kind: 'refused'; readonly reason: 'type_missing'; readonly ticketType: string }
  /** A cancelled event is final, also for a change that began before the cancellation. */
  | { readonly kind: 'refused'; readonly reason: 'event_cancelled' }
  /** A total has to be lowered, and the inventory of this generation is unavailable. */
  | { readonly kind: 'inventory_unavailable'; readonly generation: number; readonly cause: string };

type NotChanged = Exclude<EventChange, { readonly kind: 'changed' }>;

// In the order in which the event's cancellation takes these locks. While the share lock is held no rebuild of the
// inventory begins, which would read the event as it was before. The locks on the types are against concurrent inserts
// of tickets, which hold share locks on their types: they wait, so only a change of the types takes these locks.
const LOCK_INVENTORY = `select generation from event_inventory where event_id = $1 for share`;
const LOCK_EVENT = `select from events where id = $1 for no key update`;
const LOCK_TYPES = `select from event_ticket_types where event_id = $1 order by name for update`;

// One index entry of the tickets of each type, and what is held without a ticket.
const TOO_LOW_TOTAL = `
select y.name as "ticketType", greatest(k.highest, held.highest) as "lowestPossible"
  from jsonb_to_recordset($2) as y(name text, total integer)
  cross join lateral (
    select max(serial) as highest from event_tickets where event_id = $1 and ticket_type = y.name and serial_in_use
  ) k
  left join (
    select i."ticketType" as name, max(s::integer) as highest
      from (
        select items from ticket_holds where event_id = $1 and status = 'active'
        union all
        select h.items from event_ticket_transactions t join ticket_holds h on h.purchase_id = t.id
         where t.event_id = $1 and t.outcome is null
      ) h
      cross join lateral jsonb_to_recordset(h.items) as i("ticketType" text, serials jsonb)
      cross join lateral jsonb_array_elements_text(i.serials) as s
     group by i."ticketType"
  ) held on held.name = y.name
 where greatest(k.highest, held.highest) > y.total
 limit 1`;

const UPDATE_EVENT = `
update events
   set name = $2, description = $3, venue = $4, starts_at = $5, ends_at = $6, time_zone = $7, status = $8,
       sale_starts_at = $9, sale_ends_at = $10, limit_per_buyer = $11, cancellable_until = $12,
       purchase_fee = $13, refund_rules = $14,
       revision = revision + 1, updated_at = now()
 where id = $1`;

const UPSERT_TYPES = `
insert into event_ticket_types (event_id, ${TYPE_COLUMNS})
select $1, ${TYPE_VALUES}
  from ${TYPES_OF_JSON}
on conflict (event_id, name) do update
   set position = excluded.position, price_minor = excluded.price_minor, total = excluded.total,
       tax_rate_ppm = excluded.tax_rate_ppm, net_price_minor = excluded.net_price_minor, fee = excluded.fee`;

const ADJUST_CAPACITY = `
with line as (
  insert into capacity_ledger (message_id, event_id, operation, change, items, occurred_at)
  values ($1, $2, 'adjust', $3, $4, now())
)
update events set capacity = capacity + $3 where id = $2`;

/**
 * Reads, merges, checks and writes an event under its lock, so that concurrent changes of different fields are all
 * kept. A change of the totals is a ledger line, so the capacity stays the sum of its lines.
 *
 * Lower totals are set in the inventory right before the commit, when nothing but the commit itself can fail any more;
 * everything else is the caller's to write there afterwards.
 */
export async function changeEvent(pool: pg.Pool, edit: EventEdit, lowerTotals: LowerTotals): Promise<EventChange> {
  try {
    return await inTransaction(pool, (client) => changeUnderLock(client, edit, lowerTotals));
  } catch (error) {
    if (error instanceof NothingChanged) return error.change;
    throw error;
  }
}

/** Rolls back what was written. */
class NothingChanged extends Error {
  constructor(readonly change: NotChanged) {
    super(change.kind);
  }
}

async function changeUnderLock(client: pg.ClientBase, edit: EventEdit, lowerTotals: LowerTotals): Promise<EventChange> {
  const { eventId } = edit;
  const { rows } = await client.query<{ generation: string }>(LOCK_INVENTORY, [eventId]);
  await client.query(LOCK_EVENT, [eventId]);
  const before = await findEvent(client, eventId);
  if (!before) return { kind: 'unknown' };
  const generation = Number(rows[0]?.generation ?? 0);
  if (edit.ifRevision && !edit.ifRevision.includes(before.revision)) {
    return { kind: 'other_revision', revision: before.revision };
  }
  const wanted = edit.wanted(before);
  if (wanted.kind === 'faults') return wanted;
  const { id, revision, currency } = before;
  const after = { ...wanted.details, id, revision, currency };
  if (isDeepStrictEqual(after, before)) return { kind: 'changed', details: after, generation };
  const changesTypes = !isDeepStrictEqual(after.ticketTypes, before.ticketTypes);
  if (changesTypes) await client.query(LOCK_TYPES, [eventId]);
  const refusal = await whyRefused(client, before, after);
  if (refusal) return refusal;

  await write(client, after);
  if (changesTypes) await writeTypes(client, before, after);
  const changed = await findEvent(client, eventId);
  if (!changed) throw new Error(`event ${eventId} vanished while it was changed`);
  if (edit.actor) await recordEventChange(client, edit.actor, before, changed);
  const lowered = withLowerTotals(before, changed);
  if (lowered) {
    const reply = await lowerTotals(lowered, generation, changed.revision);
    if (reply.kind === 'refused') throw new NothingChanged({ ...reply, reason: 'total_too_low' });
    if (reply.kind === 'unavailable') {
      throw new NothingChanged({ kind: 'inventory_unavailable', generation, cause: reply.cause });
    }
  }
  return { kind: 'changed', details: changed, generation };
}

async function whyRefused(
  client: pg.ClientBase,
  before: EventDetails,
  after: EventDetails,
): Promise<Extract<EventChange, { kind: 'refused' }> | undefined> {
  if (before.status === 'cancelled' && after.status !== 'cancelled') {
    return { kind: 'refused', reason: 'event_cancelled' };
  }
  const totals = new Map(after.ticketTypes.map((type) => [type.name, type.total]));
  const missing = before.ticketTypes.find(({ name }) => !totals.has(name));
  if (missing) return { kind: 'refused', reason: 'type_missing', ticketType: missing.name };
  const lowered = before.ticketTypes
    .map(({ name, total }) => ({ name, before: total, total: totals.get(name) ?? total }))
    .filter((type) => type.total < type.before);
  if (lowered.length === 0) return undefined;
  const { rows } = await client.query<{ ticketType: string; lowestPossible: number }>(TOO_LOW_TOTAL, [
    after.id,
    JSON.stringify(lowered),
  ]);
  return rows[0] && { kind: 'refused', reason: 'total_too_low', ...rows[0] };
}

async function write(client: pg.ClientBase, after: EventDetails): Promise<void> {
  await client.query(UPDATE_EVENT, [
    after.id,
    after.name,
    after.description,
    after.venue,
    after.startsAt,
    after.endsAt,
    after.timeZone,
    after.status,
    after.saleStartsAt,
    after.saleEndsAt,
    after.limitPerBuyer,
    after.cancellableUntil ?? null,
    after.purchaseFee ?? null,
    after.refundRules ?? null,
  ]);
}

async function writeTypes(client: pg.ClientBase, before: EventDetails, after: EventDetails): Promise<void> {
  await client.query(UPSERT_TYPES, [after.id, JSON.stringify(after.ticketTypes)]);
  await recordAdjustment(client, before, after);
}

/** The event before the change, with the totals that are lowered; null if none is. */
function withLowerTotals(before: EventDetails, after: EventDetails): EventDetails | null {
  const totals = new Map(after.ticketTypes.map((type) => [type.name, type.total]));
  const ticketTypes = before.ticketTypes.map((type) => ({
    ...type,
    total: Math.min(type.total, totals.get(type.name) ?? type.total),
  }));
  return isDeepStrictEqual(ticketTypes, before.ticketTypes) ? null : { ...before, ticketTypes };
}

async function recordAdjustment(client: pg.ClientBase, before: EventDetails, after: EventDetails): Promise<void> {
  const totalBefore = new Map(before.ticketTypes.map((type) => [type.name, type.total]));
  const items = after.ticketTypes
    .map((type) => ({ TicketType: type.name, Quantity: type.total - (totalBefore.get(type.name) ?? 0) }))
    .filter((item) => item.Quantity !== 0);
  if (items.length === 0) return;
  const change = items.reduce((sum, item) => sum + item.Quantity, 0);
  await client.query(ADJUST_CAPACITY, [randomUUID(), after.id, change, JSON.stringify(items)]);
}
