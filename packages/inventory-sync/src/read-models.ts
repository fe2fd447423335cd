import {
  keptForEventUntilMs,
  KEPT_UNDER_WAY_MS,
  KEPT_WITHOUT_TICKETS_MS,
  transactionKey,
  userTicketsKey,
  type TransactionReadModel,
  type UserTicketsReadModel,
} from '@box-office/contract';
import type { VersionedEntry } from '@box-office/inventory';
import { readUserTickets, type PurchaseRow, type UserTickets } from '@box-office/database';
import type { InventorySyncDeps } from './rebuild-from-database.js';

/**
 * Writes the read models `transaction:<id>` of these purchases and `event_tickets:<user>` of their buyers.
 * Versions order concurrent writers, so a call may be repeated and may come late.
 */
export async function refreshReadModels(
  { pool, inventory }: InventorySyncDeps,
  purchases: readonly PurchaseRow[],
): Promise<void> {
  const users = await readUserTickets(pool, [...new Set(purchases.map((purchase) => purchase.userId))]);
  await inventory.writeIfNewer([...purchases.map(transactionEntry), ...users.map(userEntry)]);
}

/** Statuses of purchases whose tickets, if they have any left, belong to an event. */
const WITH_TICKETS: ReadonlySet<string> = new Set(['confirmed', 'cancelled']);
const WITHOUT_TICKETS: ReadonlySet<string> = new Set(['declined', 'refused', 'undone']);

/** A transaction, and when its event ends; unknown for a purchase in progress. */
export type KnownTransaction = TransactionReadModel & { readonly eventEndsAt?: string | null };

/** The read model of a purchase's transaction, with its key and expiry. */
export function transactionEntry(purchase: KnownTransaction): VersionedEntry {
  const model = transactionModel(purchase);
  return {
    key: transactionKey(model.transactionId),
    version: model.version,
    json: JSON.stringify(model),
    expiresAtMs: transactionExpiresAtMs(purchase),
  };
}

/** When a transaction expires in Redis, in ms since 1970: see docs/redis-keys.md. */
export function transactionExpiresAtMs({ status, updatedAt, eventEndsAt }: KnownTransaction): number {
  const changedMs = Date.parse(updatedAt);
  if (WITHOUT_TICKETS.has(status)) return changedMs + KEPT_WITHOUT_TICKETS_MS;
  if (!WITH_TICKETS.has(status)) return Date.now() + KEPT_UNDER_WAY_MS;
  return eventEndsAt ? keptForEventUntilMs(eventEndsAt) : changedMs + KEPT_WITHOUT_TICKETS_MS;
}

/** When a buyer's list of tickets expires in Redis, in ms since 1970. */
export const userTicketsExpireAtMs = ({ lastEventEndsAt }: UserTickets): number =>
  lastEventEndsAt === null ? Date.now() + KEPT_WITHOUT_TICKETS_MS : keptForEventUntilMs(lastEventEndsAt);

/** The fields of the read model, without what else the source has. */
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
    requestedMinor: purchase.requestedMinor,
    refundedMinor: purchase.refundedMinor,
    pendingMinor: purchase.pendingMinor,
    skippedMinor: purchase.skippedMinor,
    tickets: purchase.tickets,
    updatedAt: purchase.updatedAt,
  };
}

/** The fields of the read model of a user's tickets. */
export const userModel = ({ userId, version, tickets, truncated }: UserTickets): UserTicketsReadModel => ({
  userId,
  version,
  tickets,
  ...(truncated && { truncated }),
});

export const userEntry = (user: UserTickets): VersionedEntry => ({
  key: userTicketsKey(user.userId),
  version: user.version,
  json: JSON.stringify(userModel(user)),
  expiresAtMs: userTicketsExpireAtMs(user),
});
