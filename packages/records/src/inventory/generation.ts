import type { EventFacts } from '@box-office/contract';
import { withSession } from '@box-office/platform';
import type pg from 'pg';
import { findEvent } from '../events/find.js';
import { readTakenSerials, type TakenSerials } from './contents.js';

/** What an inventory must hold according to the record, seen at the moment its generation began. */
export interface InventoryContents extends TakenSerials {
  readonly generation: number;
  readonly facts: EventFacts;
}

export type NextGeneration =
  | { readonly kind: 'built'; readonly generation: number }
  /** It was begun, and somewhere a later one has been built already. */
  | { readonly kind: 'not_built'; readonly generation: number }
  /** The record has moved on: this generation is built and open. */
  | { readonly kind: 'open'; readonly generation: number }
  /** Another process is building one. */
  | { readonly kind: 'under_way' }
  | { readonly kind: 'unknown_event' };

/** The generation under which this event's inventory is to be used now, or null if there is no such event. */
export async function readGeneration(pool: pg.Pool, eventId: string): Promise<number | null> {
  const { rows } = await pool.query<{ generation: string }>({
    name: 'read-generation',
    text: 'select generation from event_inventory where event_id = $1',
    values: [eventId],
  });
  return rows[0] ? Number(rows[0].generation) : null;
}

// Of several processes one builds. The lock ends with its transaction, also when its process dies.
const BUILDER = `hashtextextended('inventory of event ' || $1, 0)`;
const IS_BUILT_BY_NOBODY = `select pg_try_advisory_xact_lock(${BUILDER}) as free`;
const BECOME_BUILDER = `select pg_advisory_xact_lock(${BUILDER})`;

const CURRENT = `
select generation, state, changed_at > now() - make_interval(secs => $2) as recent
  from event_inventory where event_id = $1`;

// The lock waits for every persist and finalise under the old generation; those that come later see the new one.
const LOCK = `${CURRENT} for update`;

const BEGIN = `
update event_inventory set generation = generation + 1, state = 'building', cause = $2, changed_at = now()
 where event_id = $1 returning generation`;

// A later generation that has begun meanwhile is left alone.
const OPEN = `
update event_inventory set state = 'open', changed_at = now()
 where event_id = $1 and generation = $2 and state = 'building'`;

// Waits for another store between its statements, and keeps nothing from anybody else meanwhile.
const SNAPSHOT = 'set transaction isolation level repeatable read, read only';
const PATIENCE = `set local idle_in_transaction_session_timeout = '60s'`;

/**
 * Closes the generation `seen` of an event's inventory, begins the next one, reads what it must hold and has it built.
 * Reservations under an older generation are refused by `persistTickets` from here on.
 *
 * The row of the inventory is locked for the change of the generation alone. From then on no ticket can be added, because
 * there is no inventory to reserve from, so what it must hold is read after that, in pages of one snapshot that nobody waits
 * for. What changes during that (a ticket becomes valid or is cancelled, a hold ends) is told to the new inventory by its
 * writer, under a generation that it reads after its change.
 *
 * @param o.seen the generation that was found unusable; if the record has moved on since, nothing is begun
 * @param o.patienceMs how long after its beginning a generation that nobody seems to be building is left alone
 * @param build false if it could not be built, because a later one stands there
 */
export async function buildGeneration(
  pool: pg.Pool,
  o: { readonly eventId: string; readonly seen: number; readonly cause: string; readonly patienceMs: number },
  build: (contents: InventoryContents) => Promise<boolean>,
): Promise<NextGeneration> {
  return withSession(pool, async (session) => {
    const begun = await session.inTransaction((client) => begin(client, o));
    if (begun.kind !== 'begun') return begun;
    const { generation } = begun;
    const built = await session.inTransaction(async (client) => {
      await client.query(SNAPSHOT);
      await client.query(PATIENCE);
      await client.query(BECOME_BUILDER, [o.eventId]);
      const facts = await findEvent(client, o.eventId);
      if (!facts) return null;
      return build({ generation, facts, ...(await readTakenSerials(client, facts)) });
    });
    if (built === null) return { kind: 'unknown_event' };
    if (!built) return { kind: 'not_built', generation };
    await session.client.query(OPEN, [o.eventId, generation]);
    return { kind: 'built', generation };
  });
}

async function begin(
  client: pg.ClientBase,
  o: { readonly eventId: string; readonly seen: number; readonly cause: string; readonly patienceMs: number },
): Promise<Exclude<NextGeneration, { kind: 'built' | 'not_built' }> | { kind: 'begun'; generation: number }> {
  const { rows: locks } = await client.query<{ free: boolean }>(IS_BUILT_BY_NOBODY, [o.eventId]);
  const isFree = locks[0]?.free === true;
  const { rows } = await client.query<{ generation: string; state: string; recent: boolean }>(isFree ? LOCK : CURRENT, [
    o.eventId,
    o.patienceMs / 1000,
  ]);
  const [current] = rows;
  if (!current) return { kind: 'unknown_event' };
  const generation = Number(current.generation);
  if (generation > o.seen && current.state === 'open') return { kind: 'open', generation };
  if (!isFree || (current.state === 'building' && current.recent)) return { kind: 'under_way' };
  const { rows: begun } = await client.query<{ generation: string }>(BEGIN, [o.eventId, o.cause]);
  return { kind: 'begun', generation: Number(begun[0]?.generation) };
}
