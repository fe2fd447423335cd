import { findPurchases, messagesOfSale, type PurchaseRow } from '@box-office/database';
import { confirmSales, refreshReadModels } from '@box-office/inventory-sync';
import { byEvent } from '../../worker/by-event.js';
import type { ActivityDeps } from '../../worker/activity-deps.js';

/**
 * What follows a confirmed purchase. Everything is taken from the record as it stands, so that a repetition much
 * later, after some of the tickets were cancelled, does no harm.
 */
export function createSettleActivities(deps: ActivityDeps) {
  return {
    /** The reservation becomes a sale in Redis, and the read models show it. */
    async settle(purchaseIds: readonly string[]): Promise<void> {
      await settleSales(deps, await findPurchases(deps.pool, purchaseIds));
    },

    /** Publishes the two messages of each sale; resolves when the broker has confirmed them all. */
    async publish(purchaseIds: readonly string[]): Promise<void> {
      await publishSales(deps, await findPurchases(deps.pool, purchaseIds));
    },
  };
}

/** Settles these purchases by their rows. */
export async function settleSales(deps: ActivityDeps, purchases: readonly PurchaseRow[]): Promise<void> {
  for (const { purchaseId, usedHoldId, status } of purchases) {
    if (usedHoldId !== null && status === 'confirmed') deps.notifyHold(usedHoldId, purchaseId);
  }
  await byEvent(purchases, async (eventId, ofEvent) => {
    await confirmSales(deps, eventId, ofEvent);
    return ofEvent;
  });
  await refreshReadModels(deps, purchases);
}

/** Publishes these purchases' messages. */
export async function publishSales(
  { publisher }: Pick<ActivityDeps, 'publisher'>,
  purchases: readonly PurchaseRow[],
  signal?: AbortSignal,
): Promise<void> {
  await publisher.publish(purchases.flatMap(messagesOfSale), signal);
}
