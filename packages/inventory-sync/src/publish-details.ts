import type { EventDetails } from '@box-office/contract';
import type { UpdateDetailsOutcome, Unavailable } from '@box-office/inventory';
import type { InventorySyncDeps } from './rebuild-from-database.js';
import { withUsableInventory } from './usable-inventory.js';

/**
 * Writes an event's details from PostgreSQL into its inventory, and rebuilds an inventory that is unusable or missing.
 *
 * - `outdated`: the inventory has the details of a later change.
 * - `refused`: the inventory has handed out serials that PostgreSQL does not allow.
 *
 * @param from the lowest generation to call under, if the caller knows it
 */
export async function publishDetails(
  deps: InventorySyncDeps,
  details: EventDetails,
  from?: number,
): Promise<Exclude<UpdateDetailsOutcome, Unavailable>> {
  const { reply } = await withUsableInventory(
    deps,
    details.id,
    (generation) => deps.inventory.updateDetails(details.id, generation, details),
    from,
  );
  return reply;
}
