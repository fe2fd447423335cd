import type { EventDetails } from '@box-office/contract';
import { withSession } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { findEvent } from '../events/find.js';
import { readTakenSerials, type TakenSerials } from './contents.js';

/** What an inventory must hold according to PostgreSQL, read when its generation began. */
export interface InventoryContents extends TakenSerials {
  readonly generation: number;
  readonly details: EventDetails;
}

export interface NextGenerationRequest {
  readonly eventId: string;
  readonly seen: number;
  readonly cause: string;
  readonly stalledAfterMs: number;
  readonly isUsable?: () => Promise<boolean>;
}

export type NextGeneration =
  | { readonly kind: 'built'; readonly generation: number }
  /** It was begun, but a later one is built already. */
  | { readonly kind: 'not_built'; readonly generation: number }
  /** This later generation is built and open. */
  | { readonly kind: 'open'; readonly generation: number }
  /** Another process is building one. */
  | { readonly kind: 'under_way' }
  | { readonly kind: 'unknown_event' };

/** The current generation of the event's inventory, or null if the event does not exist. */
export async function readGeneration(pool: pg.Pool, eventId: string): Promise<number | null> {
  const text = 'select generation from event_inventory where event_id = $1';
  const [row] = await rowsOf<{ generation: number }>(pool, text, [eventId], 'read-generation');
  return row?.generation ?? null;
}

// One of several processes builds. The lock ends with its transaction, also when its process dies.
export const BUILDER = `hashtextextended('inventory of event ' || $1, 0)`;
const IS_NOT_BEING_BUILT = `select pg_try_advisory_xact_lock(${BUILDER}) as free`;
const BECOME_BUILDER = `select pg_advisory_xact_lock(${BUILDER})`;

const CURRENT = `
select generation, state, changed_at > now() - make_interval(secs => $2) as recent
  from event_inventory where event_id = $1`;

// The lock waits for every persist and finalise under the old generation; later ones see the new one.
const LOCK = `${CURRENT} for update`;

const BEGIN = `
update event_inventory set generation = generation + 1, state = 'building', cause = $2, changed_at = now()
 where event_id = $1 returning generation`;

// Leaves a later generation as it is.
const OPEN = `
update event_inventory set state = 'open', changed_at = now()
 where event_id = $1 and generation = $2 and state = 'building'`;

// The transaction waits for Redis between its statements, and blocks no other transaction meanwhile.
const SNAPSHOT = 'set transaction isolation level repeatable read, read only';
const IDLE_TIMEOUT = `set local idle_in_transaction_session_timeout = '60s'`;

/**
 * Closes the generation `seen` of an event's inventory, begins the next one, reads what it must hold and has it built.
 * From then on `persistTickets` refuses reservations under an older generation.
 *
 * The row of the inventory is locked for the change of the generation alone. From then on no ticket can be added,
 * because there is no inventory to reserve from, so the contents are read after that, in pages of one snapshot that
 * blocks no other transaction. Changes during that (a ticket becomes valid or is cancelled, a hold ends) are sent to the new
 * inventory by their writers, under a generation that they read after their change.
 *
 * @param o.seen the generation that was unusable; if there is a later one by now, nothing is begun
 * @param o.stalledAfterMs how long a generation is left to its builder before another process builds it again
 * @param o.isUsable whether the inventory is usable by now; asked while no other process can be building it, so that a
 *   caller that met it while it was being built does not build it a second time
 * @param build false if it could not be built, because Redis has a later one
 */
export async function buildGeneration(
  pool: pg.Pool,
  o: NextGenerationRequest,
  build: (contents: InventoryContents) => Promise<boolean>,
): Promise<NextGeneration> {
  return withSession(pool, async (session) => {
    const begun = await session.inTransaction((client) => begin(client, o));
    if (begun.kind !== 'begun') return begun;
    const { generation } = begun;
    const built = await session.inTransaction(async (client) => {
      await client.query(SNAPSHOT);
      await client.query(IDLE_TIMEOUT);
      await client.query(BECOME_BUILDER, [o.eventId]);
      const event = await findEvent(client, o.eventId);
      if (!event) return null;
      return build({ generation, details: event, ...(await readTakenSerials(client, event)) });
    });
    if (built === null) return { kind: 'unknown_event' };
    if (!built) return { kind: 'not_built', generation };
    await session.client.query(OPEN, [o.eventId, generation]);
    return { kind: 'built', generation };
  });
}

async function begin(
  client: pg.ClientBase,
  o: NextGenerationRequest,
): Promise<Exclude<NextGeneration, { kind: 'built' | 'not_built' }> | { kind: 'begun'; generation: number }> {
  const [lock] = await rowsOf<{ free: boolean }>(client, IS_NOT_BEING_BUILT, [o.eventId]);
  const isFree = lock?.free === true;
  const isUsable = isFree && o.isUsable !== undefined && (await o.isUsable());
  type Current = { readonly generation: number; readonly state: string; readonly recent: boolean };
  const values = [o.eventId, o.stalledAfterMs / 1000];
  const [current] = await rowsOf<Current>(client, isFree ? LOCK : CURRENT, values);
  if (!current) return { kind: 'unknown_event' };
  const { generation, state, recent } = current;
  if ((generation > o.seen || isUsable) && state === 'open') return { kind: 'open', generation };
  if (!isFree || (state === 'building' && recent)) return { kind: 'under_way' };
  const [begun] = await rowsOf<{ generation: number }>(client, BEGIN, [o.eventId, o.cause]);
  return { kind: 'begun', generation: Number(begun?.generation) };
}
