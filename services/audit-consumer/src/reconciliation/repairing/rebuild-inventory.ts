import { hasUnbuildableTickets } from '@box-office/database';
import { rebuildFromDatabase } from '@box-office/inventory-sync';
import type { ReconciliationDeps } from '../deps.js';

/**
 * Rebuilds an event's inventory from PostgreSQL, unless its tickets contradict each other: then the rebuild would fail after
 * it has stopped the sale of the event.
 *
 * @returns the generation to use from now on; null if there is no such event
 */
export async function rebuildInventory(
  deps: Pick<ReconciliationDeps, 'pool' | 'inventory'>,
  o: { readonly eventId: string; readonly seen: number; readonly cause: string },
): Promise<number | 'contradicted' | null> {
  return (await hasUnbuildableTickets(deps.pool, o.eventId)) ? 'contradicted' : rebuildFromDatabase(deps, o);
}
