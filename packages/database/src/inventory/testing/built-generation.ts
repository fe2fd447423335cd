import type pg from 'pg';
import { buildGeneration, type InventoryContents } from '../generation.js';

/** Begins and opens the next generation of an event's inventory, and answers what it holds. Nothing is built in Redis. */
export async function builtGeneration(pool: pg.Pool, eventId: string, seen = 0): Promise<InventoryContents> {
  let built: InventoryContents | undefined;
  const next = await buildGeneration(pool, { eventId, seen, cause: 'test', stalledAfterMs: 0 }, async (contents) => {
    built = contents;
    return true;
  });
  if (!built) throw new Error(next.kind);
  return built;
}
