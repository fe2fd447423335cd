import { isPastRedis, type EventDetails } from '@box-office/contract';
import type { UpdateDetailsOutcome, Unavailable } from '@box-office/inventory';
import type { InventorySyncDeps } from './rebuild-from-database.js';
import { withUsableInventory } from './usable-inventory.js';

/** Redis has no usable inventory of an event that ended long ago, and gets none. */
interface Expired {
  readonly kind: 'expired';
}

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
): Promise<Exclude<UpdateDetailsOutcome, Unavailable> | Expired> {
  const { reply } = await withUsableInventory(
    deps,
    details.id,
    (generation) => updateDetails(deps, details, generation),
    from,
  );
  return reply;
}

/**
 * Writes an event's details into its inventory, if there is one of this generation.
 *
 * @param revision that of the change to which the details belong, if it is not their own
 */
export async function updateDetails(
  { inventory }: InventorySyncDeps,
  details: EventDetails,
  generation: number,
  revision?: number,
): Promise<UpdateDetailsOutcome | Expired> {
  const reply = await inventory.updateDetails(details.id, generation, details, revision);
  return reply.kind === 'unavailable' && isPastRedis(details) ? { kind: 'expired' } : reply;
}
