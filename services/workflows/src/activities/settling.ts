import {
  CAPACITY_UPDATES_QUEUE,
  TRANSACTIONS_QUEUE,
  type CapacityUpdate,
  type TransactionRecord,
} from '@box-office/contract';
import { messageIdOf } from '@box-office/contract/derive';
import { findPurchases, serialsOf, type PurchaseRow } from '@box-office/records';
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

function messagesOfSale(purchase: PurchaseRow) {
  const { outcome, confirmedAt } = purchase;
  if (outcome?.kind !== 'confirmed' || confirmedAt === null) return [];
  const shared = {
    TransactionId: purchase.transactionId,
    EventId: purchase.eventId,
    Operation: 'purchase',
    PurchaseId: purchase.purchaseId,
    Items: serialsOf(outcome.tickets).map((item) => ({ TicketType: item.ticketType, Quantity: item.serials.length })),
    OccurredAt: confirmedAt,
  } as const;
  const capacity: CapacityUpdate = {
    ...shared,
    CapacityChange: -outcome.tickets.length,
    MessageId: messageIdOf(CAPACITY_UPDATES_QUEUE, purchase.purchaseId, 'purchase'),
  };
  const transaction: TransactionRecord = {
    ...shared,
    UserId: purchase.userId,
    Amount: outcome.amountMinor,
    Currency: outcome.currency,
    RequestId: purchase.requestId,
    MessageId: messageIdOf(TRANSACTIONS_QUEUE, purchase.purchaseId, 'purchase'),
  };
  return [
    { queue: CAPACITY_UPDATES_QUEUE, messageId: capacity.MessageId, body: capacity },
    { queue: TRANSACTIONS_QUEUE, messageId: transaction.MessageId, body: transaction },
  ];
}
