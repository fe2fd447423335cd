import {
  transactionKey,
  userTicketsKey,
  type TransactionReadModel,
  type UserTicketsReadModel,
} from '@box-office/contract';
import type { VersionedEntry } from '@box-office/inventory';
import { readUserTickets, type PurchaseRow } from '@box-office/records';
import type { RestorationDeps } from './restore-inventory.js';

/**
 * Writes the read models `transaction:<id>` of these purchases and `event_tickets:<user>` of their buyers.
 * Versions order concurrent writers, so it may be repeated and may overtake another.
 */
export async function refreshReadModels(
  { pool, inventory }: RestorationDeps,
  purchases: readonly PurchaseRow[],
): Promise<void> {
  const users = await readUserTickets(pool, [...new Set(purchases.map((purchase) => purchase.userId))]);
  await inventory.writeIfNewer([...purchases.map(transactionEntry), ...users.map(userEntry)]);
}

/** A purchase's transaction as readers see it, under its key. */
export function transactionEntry(purchase: TransactionReadModel): VersionedEntry {
  const model = transactionModel(purchase);
  return { key: transactionKey(model.transactionId), version: model.version, json: JSON.stringify(model) };
}

/** The fields that readers are shown, whatever else the source has. */
export function transactionModel(purchase: TransactionReadModel): TransactionReadModel {
  return {
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
}

export const userEntry = (model: UserTicketsReadModel): VersionedEntry => ({
  key: userTicketsKey(model.userId),
  version: model.version,
  json: JSON.stringify(model),
});
