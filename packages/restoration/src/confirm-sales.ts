import type { SoldPurchase } from '@box-office/inventory';
import { findPurchases, serialsOf, type PurchaseRow } from '@box-office/records';
import { restoreInventory, type RestorationDeps } from './restore-inventory.js';
import { withUsableInventory } from './usable-inventory.js';

/**
 * Makes the holds of one event's confirmed purchases sales. Idempotent; purchases that are not confirmed, or have no
 * tickets left, are passed over.
 *
 * Tickets and generation come from one look into the record: where the inventory was rebuilt since, they are looked at
 * again, so that a ticket which was cancelled in between is not sold a second time to the buyer who gave it back.
 *
 * @returns false if Redis has some of them as given back: right if they were cancelled meanwhile, and wrong otherwise
 */
export async function confirmSales(
  deps: RestorationDeps,
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
    // The tickets are valid in PostgreSQL, so it is Redis that errs: build it anew from the record.
    await restoreInventory(deps, { eventId, seen: generation, cause: 'a confirmed purchase conflicts' });
    return true;
  }
  return reply.outcomes.every((outcome) => outcome.kind === 'sold');
}

function salesOf(purchases: readonly PurchaseRow[]): SoldPurchase[] {
  return purchases
    .filter((purchase) => purchase.status === 'confirmed' && purchase.tickets.length > 0)
    .map(({ purchaseId, userId, tickets }) => ({ purchaseId, userId, items: serialsOf(tickets) }));
}
