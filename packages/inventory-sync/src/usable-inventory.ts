import type { Unavailable } from '@box-office/inventory';
import { readGeneration } from '@box-office/database';
import { rebuildFromDatabase, type InventorySyncDeps } from './rebuild-from-database.js';

/** Rebuilds in a row before the call fails: one is normal, more mean that Redis fails while it is rebuilt. */
const MAX_REBUILDS = 3;

/**
 * Calls the inventory under the generation that PostgreSQL names. If the inventory is not usable, rebuilds it and calls
 * again.
 *
 * @param from the lowest generation to call under, if the caller knows it; saves reading it
 * @throws Error if there is no such event, or the inventory cannot be rebuilt
 */
export async function withUsableInventory<R extends { readonly kind: string }>(
  deps: InventorySyncDeps,
  eventId: string,
  call: (generation: number) => Promise<R>,
  from?: number,
): Promise<{ readonly reply: Exclude<R, Unavailable>; readonly generation: number }> {
  let generation = from ?? (await readGeneration(deps.pool, eventId));
  for (let rebuilds = 0; generation !== null; rebuilds++) {
    const reply: R | Unavailable = await call(generation);
    if (!isUnavailable(reply)) return { reply: reply as Exclude<R, Unavailable>, generation };
    if (rebuilds === MAX_REBUILDS) break;
    const [seen, { cause }] = [generation, reply];
    // This call may have come while another process was building this very generation.
    const isUsable = async (): Promise<boolean> => {
      const found = await deps.inventory.readAvailability(eventId);
      return found.kind === 'counted' && found.generation === seen;
    };
    generation = await rebuildFromDatabase(deps, { eventId, seen, cause, isUsable });
  }
  throw new Error(`event ${eventId} has no usable inventory`);
}

function isUnavailable(reply: { readonly kind: string }): reply is Unavailable {
  return reply.kind === 'unavailable';
}
