import { HOLD_EPOCH } from '@box-office/contract';
import type { InventorySyncDeps } from './rebuild-from-database.js';
import { withUsableInventory } from './usable-inventory.js';

/**
 * Releases what Redis still has of holds that have ended in PostgreSQL. Idempotent.
 *
 * @param from the lowest generation to call under
 */
export async function releaseHolds(
  deps: InventorySyncDeps,
  eventId: string,
  holdIds: readonly string[],
  from: number,
): Promise<void> {
  const releases = holdIds.map((purchaseId) => ({ purchaseId, epoch: HOLD_EPOCH }));
  await withUsableInventory(deps, eventId, (current) => deps.inventory.release(eventId, current, releases), from);
}
