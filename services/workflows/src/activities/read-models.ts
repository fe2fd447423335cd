import { transactionKey, userTicketsKey, type PurchaseStatus, type TransactionReadModel } from '@box-office/contract';
import type { Inventory, VersionedEntry } from '@box-office/inventory';
import { readUserTickets, type PurchaseRow } from '@box-office/records';
import type pg from 'pg';
import type { ActivityDeps } from './deps.js';

interface Stores {
  readonly pool: pg.Pool;
  readonly inventory: Inventory;
}

/**
 * Writes the read models `transaction:<id>` of these purchases and `event_tickets:<user>` of their buyers.
 * Versions order concurrent writers, so it may be repeated and may overtake another.
 */
export async function refreshReadModels({ pool, inventory }: Stores, purchases: readonly PurchaseRow[]): Promise<void> {
  const users = await readUserTickets(pool, [...new Set(purchases.map((purchase) => purchase.userId))]);
  await inventory.writeIfNewer([
    ...purchases.map(transactionEntry),
    ...users.map((model) => ({
      key: userTicketsKey(model.userId),
      version: model.version,
      json: JSON.stringify(model),
    })),
  ]);
}

/** The facts of an open purchase that its transaction's read model tells; nobody is shown its tickets yet. */
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
 * Tells readers of a step of open purchases, without waiting and without a second try: should it be lost, the read
 * model is a step behind until the purchase has its outcome.
 */
export function noteStatus(
  { inventory, logger }: Pick<ActivityDeps, 'inventory' | 'logger'>,
  status: PurchaseStatus,
  purchases: readonly OpenTransaction[],
): void {
  const updatedAt = new Date().toISOString();
  const entries = purchases.map((purchase) => transactionEntry({ ...purchase, status, tickets: [], updatedAt }));
  inventory.writeIfNewer(entries).catch((error: unknown) => {
    logger.debug({ err: error }, 'a status was not written to Redis');
  });
}

function transactionEntry(purchase: TransactionReadModel): VersionedEntry {
  const model: TransactionReadModel = {
    transactionId: purchase.transactionId,
    purchaseId: purchase.purchaseId,
    version: purchase.version,
    userId: purchase.userId,
    eventId: purchase.eventId,
    status: purchase.status,
    amountMinor: purchase.amountMinor,
    currency: purchase.currency,
    tickets: purchase.tickets,
    updatedAt: purchase.updatedAt,
  };
  return { key: transactionKey(model.transactionId), version: model.version, json: JSON.stringify(model) };
}
