import type { EventFacts } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { findEvent } from '../events/find.js';
import { readTakenSerials, type TakenSerials } from './contents.js';

/** What an inventory must hold according to the record, seen at the moment its generation began. */
export interface InventoryContents extends TakenSerials {
  readonly generation: number;
  readonly facts: EventFacts;
}

export type NextGeneration =
  | ({ readonly kind: 'begun' } & InventoryContents)
  /** The record has moved on: this generation is built and open. */
  | { readonly kind: 'open'; readonly generation: number }
  /** Another process began one a moment ago and is building it. */
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

// The lock waits for every persist and finalise under the old generation; those that come later see the new one.
const LOCK = `
select generation, state, changed_at > now() - make_interval(secs => $2) as recent
  from event_inventory where event_id = $1 for update`;

const BEGIN = `
update event_inventory set generation = generation + 1, state = 'building', cause = $2, changed_at = now()
 where event_id = $1 returning generation`;

/**
 * Closes the generation `seen` of an event's inventory, begins the next one and reads what it must hold.
 * Reservations under an older generation are refused by `persistTickets` from here on.
 *
 * @param seen the generation that was found unusable; if the record has moved on since, nothing is begun
 * @param patienceMs how long a rebuild of another process may take before this one supersedes it
 */
export function beginGeneration(
  pool: pg.Pool,
  o: { readonly eventId: string; readonly seen: number; readonly cause: string; readonly patienceMs: number },
): Promise<NextGeneration> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ generation: string; state: string; recent: boolean }>(LOCK, [
      o.eventId,
      o.patienceMs / 1000,
    ]);
    const current = rows[0];
    if (!current) return { kind: 'unknown_event' };
    const generation = Number(current.generation);
    if (generation > o.seen && current.state === 'open') return { kind: 'open', generation };
    if (current.state === 'building' && current.recent) return { kind: 'under_way' };
    const begun = await client.query<{ generation: string }>(BEGIN, [o.eventId, o.cause]);
    const facts = await findEvent(client, o.eventId);
    if (!facts) return { kind: 'unknown_event' };
    const taken = await readTakenSerials(client, facts);
    return { kind: 'begun', generation: Number(begun.rows[0]?.generation), facts, ...taken };
  });
}

/** Marks a generation as built; a later one that has begun meanwhile is left alone. */
export async function openGeneration(pool: pg.Pool, eventId: string, generation: number): Promise<void> {
  await pool.query(
    `update event_inventory set state = 'open', changed_at = now()
      where event_id = $1 and generation = $2 and state = 'building'`,
    [eventId, generation],
  );
}
