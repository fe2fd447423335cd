import { setTimeout as sleep } from 'node:timers/promises';
import type { Inventory } from '@box-office/inventory';
import { buildGeneration } from '@box-office/database';
import type pg from 'pg';

/** After this time, a generation that was begun and that no process is building is begun again. */
const STALLED_AFTER_MS = 5_000;
/** Longest wait for a usable inventory; after that the caller applies its own retry policy. */
const TIMEOUT_MS = 15_000;
const CHECK_INTERVAL_MS = 50;

export interface InventorySyncDeps {
  readonly pool: pg.Pool;
  readonly inventory: Inventory;
}

/**
 * Makes an event's inventory usable after Redis lost it, restarted, or disagreed with PostgreSQL: begins the next
 * generation in PostgreSQL and builds it in Redis from the tickets and holds. If several processes find the inventory
 * unusable at the same moment, one builds and the others wait for it.
 *
 * @param o.seen the generation that was found unusable
 * @param o.isUsable whether it is usable by now, for a caller that may have met it while it was being built
 * @returns the generation to use from now on, or null if there is no such event
 * @throws Error if no generation is usable after 15 s
 */
export async function rebuildFromDatabase(
  deps: InventorySyncDeps,
  o: {
    readonly eventId: string;
    readonly seen: number;
    readonly cause: string;
    readonly isUsable?: () => Promise<boolean>;
  },
): Promise<number | null> {
  const deadline = Date.now() + TIMEOUT_MS;
  let { seen } = o;
  while (Date.now() < deadline) {
    const next = await buildGeneration(
      deps.pool,
      { ...o, seen, stalledAfterMs: STALLED_AFTER_MS },
      async (contents) => {
        const built = await deps.inventory.rebuild(o.eventId, contents.generation, contents.details, contents);
        return built.kind === 'rebuilt';
      },
    );
    if (next.kind === 'unknown_event') return null;
    if (next.kind === 'open' || next.kind === 'built') return next.generation;
    // Redis has a later generation than PostgreSQL: begin one above what was just tried.
    if (next.kind === 'not_built') ({ generation: seen } = next);
    await sleep(CHECK_INTERVAL_MS);
  }
  throw new Error(`the inventory of event ${o.eventId} is still unusable after ${TIMEOUT_MS} ms`);
}
