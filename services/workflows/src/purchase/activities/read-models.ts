import { NO_REFUNDS, type PurchaseStatus } from '@box-office/contract';
import { findPurchases } from '@box-office/database';
import { refreshReadModels, transactionEntry } from '@box-office/inventory-sync';
import type { ActivityDeps } from '../../worker/activity-deps.js';

/** What the read model shows of an open purchase; its tickets are not shown yet. */
export interface OpenTransaction {
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly version: number;
  readonly userId: string;
  readonly eventId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/**
 * Writes the status of open purchases to the read model, without waiting and without a retry: if it is lost, the read
 * model is a step behind until the purchase has its outcome.
 */
export function noteStatus(
  { inventory, logger }: Pick<ActivityDeps, 'inventory' | 'logger'>,
  status: PurchaseStatus,
  purchases: readonly OpenTransaction[],
): void {
  const updatedAt = new Date().toISOString();
  const entries = purchases.map((purchase) =>
    transactionEntry({ ...purchase, ...NO_REFUNDS, status, tickets: [], updatedAt }),
  );
  inventory.writeIfNewer(entries).catch((error: unknown) => {
    logger.debug({ err: error }, 'a status was not written to Redis');
  });
}

/** Writes the read models of these purchases as the record has them, without waiting and without a second attempt. */
export function refreshInBackground(
  deps: Pick<ActivityDeps, 'pool' | 'inventory' | 'logger'>,
  purchaseIds: readonly string[],
): void {
  findPurchases(deps.pool, purchaseIds)
    .then((purchases) => refreshReadModels(deps, purchases))
    .catch((error: unknown) => deps.logger.debug({ err: error }, 'a status was not written to Redis'));
}
