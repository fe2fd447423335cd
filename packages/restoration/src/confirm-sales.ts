import { serialsOf, type PurchaseRow } from '@box-office/records';
import { restoreInventory, type RestorationDeps } from './restore-inventory.js';
import { withUsableInventory } from './usable-inventory.js';

/**
 * Makes the holds of one event's confirmed purchases sales. Idempotent; purchases that are not confirmed, or have no
 * tickets left, are passed over.
 */
export async function confirmSales(
  deps: RestorationDeps,
  eventId: string,
  purchases: readonly PurchaseRow[],
): Promise<void> {
  const sales = purchases
    .filter((purchase) => purchase.status === 'confirmed' && purchase.tickets.length > 0)
    .map(({ purchaseId, userId, tickets }) => ({ purchaseId, userId, items: serialsOf(tickets) }));
  if (sales.length === 0) return;
  const { reply, generation } = await withUsableInventory(deps, eventId, (current) =>
    deps.inventory.confirm(eventId, current, sales),
  );
  if (reply.outcomes.some((outcome) => outcome.kind === 'conflict')) {
    // The tickets are valid in PostgreSQL, so it is Redis that errs: build it anew from the record.
    await restoreInventory(deps, { eventId, seen: generation, cause: 'a confirmed purchase conflicts' });
  }
}
