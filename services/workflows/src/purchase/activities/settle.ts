import { findPurchases, messagesOfSale, type PurchaseRow } from '@box-office/database';
import { confirmSales, refreshReadModels } from '@box-office/inventory-sync';
import { byEvent, byEventApart } from '../../worker/by-event.js';
import type { ActivityDeps } from '../../worker/activity-deps.js';
import type { StepWait } from './step-wait.js';

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

/**
 * Settles these purchases by their rows.
 *
 * @param wait on the fast path, no event waits for the inventory of another one
 * @returns those that are settled; all of them except on the fast path
 */
export async function settleSales(
  deps: ActivityDeps,
  purchases: readonly PurchaseRow[],
  wait?: StepWait,
): Promise<readonly PurchaseRow[]> {
  for (const { purchaseId, usedHoldId, status } of purchases) {
    if (usedHoldId !== null && status === 'confirmed') deps.notifyHold(usedHoldId, purchaseId);
  }
  const confirm = async (eventId: string, ofEvent: readonly PurchaseRow[]): Promise<readonly PurchaseRow[]> => {
    await confirmSales(deps, eventId, ofEvent);
    return ofEvent;
  };
  const report = (eventId: string, err: unknown): void =>
    deps.logger.info({ err, eventId }, 'the sales of this event are left to the workflow: its inventory is not usable');
  const confirmed = await (wait === 'fast_path'
    ? byEventApart(purchases, report, confirm)
    : byEvent(purchases, confirm));
  const settled = confirmed.filter((purchase) => purchase !== undefined);
  await refreshReadModels(deps, settled);
  return settled;
}

/** Publishes these purchases' messages. */
export async function publishSales(
  { publisher }: Pick<ActivityDeps, 'publisher'>,
  purchases: readonly PurchaseRow[],
  signal?: AbortSignal,
): Promise<void> {
  await publisher.publish(purchases.flatMap(messagesOfSale), signal);
}
