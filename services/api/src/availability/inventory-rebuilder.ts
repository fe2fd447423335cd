import { isPastRedis } from '@box-office/contract';
import { withUsableInventory, type InventorySyncDeps } from '@box-office/inventory-sync';
import type { Logger } from '@box-office/platform';
import type { Database } from '../database.js';

/** An event is not rebuilt again within this time: requests that come in it are told to repeat. */
const REBUILD_GAP_MS = 500;
const MAX_CONCURRENT_REBUILDS = 4;

export interface InventoryRebuilder {
  /** Has the inventory rebuilt from PostgreSQL, in the background. Safe to call at any time and any number of times. */
  rebuild(eventId: string): void;
}

/** @param o.rebuild makes the event's inventory usable; resolves when it is */
export function createInventoryRebuilder(o: {
  rebuild: (eventId: string) => Promise<void>;
  logger: Logger;
}): InventoryRebuilder {
  const rebuilding = new Set<string>();

  async function rebuildNow(eventId: string): Promise<void> {
    try {
      await o.rebuild(eventId);
      o.logger.info({ eventId }, 'the inventory of an event is usable');
    } catch (error) {
      o.logger.warn({ err: error, eventId }, 'could not rebuild the inventory of an event');
    } finally {
      setTimeout(() => rebuilding.delete(eventId), REBUILD_GAP_MS).unref();
    }
  }

  return {
    rebuild(eventId) {
      if (rebuilding.has(eventId) || rebuilding.size >= MAX_CONCURRENT_REBUILDS) return;
      rebuilding.add(eventId);
      void rebuildNow(eventId);
    },
  };
}

/** Makes the inventory of an event usable, unless there is no such event, or it ended long ago. */
export async function makeInventoryUsable(
  deps: InventorySyncDeps & Pick<Database, 'findEvent'>,
  eventId: string,
): Promise<void> {
  const event = await deps.findEvent(eventId);
  if (event === null || isPastRedis(event)) return;
  await withUsableInventory(deps, eventId, async (generation) => {
    const counted = await deps.inventory.readAvailability(eventId);
    const isOtherGeneration = counted.kind === 'counted' && counted.generation !== generation;
    return isOtherGeneration ? { kind: 'unavailable' as const, cause: 'generation' as const } : counted;
  });
}
