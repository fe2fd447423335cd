import { serialsOf } from '@box-office/contract';
import type { SoldPurchase } from '@box-office/inventory';
import { findPurchases, type PurchaseRow } from '@box-office/database';
import { rebuildFromDatabase, type InventorySyncDeps } from './rebuild-from-database.js';
import { withUsableInventory } from './usable-inventory.js';

/**
 * Turns the holds of one event's confirmed purchases into sales. Idempotent. Ignores purchases that are not confirmed or
 * have no tickets left.
 *
 * Tickets and generation were read together. If the inventory was rebuilt since then, the purchases are read again, so
 * that a ticket which was cancelled in between does not become a sale again.
 *
 * @returns false if the inventory has some of them as given back: correct if they were cancelled meanwhile, else an error
 */
export async function confirmSales(
  deps: InventorySyncDeps,
  eventId: string,
  purchases: readonly PurchaseRow[],
): Promise<boolean> {
  if (salesOf(purchases).length === 0) return true;
  const seen = Math.max(...purchases.map((purchase) => purchase.generation));
  const ids = purchases.map((purchase) => purchase.purchaseId);
  const { reply, generation } = await withUsableInventory(
    deps,
    eventId,
    async (current) => {
      const now = current === seen ? purchases : await findPurchases(deps.pool, ids);
      return deps.inventory.confirm(eventId, current, salesOf(now));
    },
    seen,
  );
  if (reply.outcomes.some((outcome) => outcome.kind === 'conflict')) {
    // The tickets are valid in PostgreSQL, so the inventory is wrong.
    await rebuildFromDatabase(deps, { eventId, seen: generation, cause: 'a confirmed purchase conflicts' });
    return true;
  }
  return reply.outcomes.every((outcome) => outcome.kind === 'sold');
}

function salesOf(purchases: readonly PurchaseRow[]): SoldPurchase[] {
  return purchases
    .filter((purchase) => purchase.status === 'confirmed' && purchase.tickets.length > 0)
    .map(({ purchaseId, userId, tickets }) => ({ purchaseId, userId, items: serialsOf(tickets) }));
}
