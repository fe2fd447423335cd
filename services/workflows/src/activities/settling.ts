import { findPurchases, messagesOfSale, serialsOf, type PurchaseRow } from '@box-office/records';
import { restoreInventory, withUsableInventory } from '@box-office/restoration';
import { byEvent } from './by-event.js';
import type { ActivityDeps } from './deps.js';
import { refreshReadModels } from './read-models.js';

/**
 * What follows a confirmed purchase. Everything is taken from the record as it stands, so that a repetition much
 * later, after some of the tickets were cancelled, does no harm.
 */
export function createSettling(deps: ActivityDeps) {
  /** Makes the holds of one event's purchases sales. */
  async function confirmHolds(eventId: string, purchases: readonly PurchaseRow[]): Promise<void> {
    const holds = purchases.map((purchase) => ({
      purchaseId: purchase.purchaseId,
      userId: purchase.userId,
      items: serialsOf(purchase.tickets),
    }));
    const { reply, generation } = await withUsableInventory(deps, eventId, (current) =>
      deps.inventory.confirm(eventId, current, holds),
    );
    if (reply.outcomes.some((outcome) => outcome.kind === 'conflict')) {
      // The tickets are valid in PostgreSQL, so it is Redis that errs: build it anew from the record.
      await restoreInventory(deps, { eventId, seen: generation, cause: 'a confirmed purchase conflicts' });
    }
  }

  return {
    /** The hold becomes a sale, and the read models tell of it. */
    async settle(purchaseIds: readonly string[]): Promise<void> {
      const purchases = await findPurchases(deps.pool, purchaseIds);
      await byEvent(
        purchases.filter((purchase) => purchase.status === 'confirmed' && purchase.tickets.length > 0),
        async (eventId, ofEvent) => {
          await confirmHolds(eventId, ofEvent);
          return ofEvent;
        },
      );
      await refreshReadModels(deps, purchases);
    },

    /** Publishes the two messages of each sale; resolves when the broker has confirmed them all. */
    async publish(purchaseIds: readonly string[]): Promise<void> {
      const purchases = await findPurchases(deps.pool, purchaseIds);
      await deps.publisher.publish(purchases.flatMap(messagesOfSale));
    },
  };
}
