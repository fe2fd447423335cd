import { setTimeout as sleep } from 'node:timers/promises';
import type { Inventory } from '@box-office/inventory';
import { buildGeneration } from '@box-office/records';
import type pg from 'pg';

/** How long a generation that was begun, and that no process seems to be building, is left alone. */
const PATIENCE_MS = 5_000;
/** Longest to wait for a usable inventory; the caller retries in its own way after that. */
const LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 50;

export interface RestorationDeps {
  readonly pool: pg.Pool;
  readonly inventory: Inventory;
}

/**
 * Makes an event's inventory usable again after Redis lost it, restarted, or disagreed with the record: begins the
 * next generation in PostgreSQL and builds it in Redis from the tickets. Of several processes that notice at once, one
 * builds and the others wait for it.
 *
 * @param seen the generation that was found unusable
 * @returns the generation to use from now on, or null if there is no such event
 * @throws Error if another process has built none within 15 s
 */
export async function restoreInventory(
  deps: RestorationDeps,
  o: { readonly eventId: string; readonly seen: number; readonly cause: string },
): Promise<number | null> {
  const deadline = Date.now() + LIMIT_MS;
  let { seen } = o;
  while (Date.now() < deadline) {
    const next = await buildGeneration(deps.pool, { ...o, seen, patienceMs: PATIENCE_MS }, async (contents) => {
      const built = await deps.inventory.rebuild(o.eventId, contents.generation, contents.facts, contents);
      return built.kind === 'rebuilt';
    });
    if (next.kind === 'unknown_event') return null;
    if (next.kind === 'open' || next.kind === 'built') return next.generation;
    // Another process has gone further in Redis than the record knew of: begin above what was just tried.
    if (next.kind === 'not_built') ({ generation: seen } = next);
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`the inventory of event ${o.eventId} was not usable again within ${LIMIT_MS} ms`);
}
