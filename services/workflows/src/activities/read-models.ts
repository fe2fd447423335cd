import { transactionKey, userTicketsKey, type TransactionReadModel } from '@box-office/contract';
import type { Inventory, VersionedEntry } from '@box-office/inventory';
import { readUserTickets, type PurchaseRow } from '@box-office/records';
import type pg from 'pg';

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

function transactionEntry(purchase: PurchaseRow): VersionedEntry {
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
