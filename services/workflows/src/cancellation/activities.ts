import { serialsOf } from '@box-office/contract';
import {
  completeCancellation,
  findCancellations,
  findPurchases,
  messagesOfCancellation,
  settleCancellations,
  type Cancellation,
  type RefundedCancellation,
} from '@box-office/database';
import { refreshReadModels, withUsableInventory } from '@box-office/inventory-sync';
import { byEvent } from '../worker/by-event.js';
import type { ActivityDeps } from '../worker/activity-deps.js';
import { createClaimActivities } from './activities/claim.js';
import { createRefundActivities } from './activities/refund.js';

/** The steps of cancellations whose decision is PostgreSQL's: each is idempotent and may be repeated at any time. */
export function createCancellationActivities(deps: ActivityDeps) {
  const { pool, inventory, publisher } = deps;

  /**
   * The completed ones of these cancellations. One whose purchase was undone before it had tickets has none, and is left
   * out.
   */
  async function withTickets(cancellationIds: readonly string[]): Promise<Cancellation[]> {
    const found = await findCancellations(pool, cancellationIds);
    return found.filter(({ status, tickets }) => status === 'cancelled' && tickets.length > 0);
  }

  return {
    ...createClaimActivities(deps),
    ...createRefundActivities(deps),

    /** The tickets of refunded cancellations become cancelled in PostgreSQL. */
    async completeCancellations(refunded: readonly RefundedCancellation[]): Promise<void> {
      for (const one of refunded) await completeCancellation(pool, one);
    },

    /**
     * Returns the serials to Redis and updates the read models. Only after the tickets are cancelled in PostgreSQL,
     * so that a serial is free there before the next buyer gets it here.
     */
    async returnTickets(cancellationIds: readonly string[]): Promise<void> {
      const cancellations = await withTickets(cancellationIds);
      await byEvent(cancellations, async (eventId, ofEvent) => {
        const returned = ofEvent.map(({ purchaseId, tickets }) => ({ purchaseId, items: serialsOf(tickets) }));
        await withUsableInventory(deps, eventId, (generation) => inventory.giveBack(eventId, generation, returned));
        return ofEvent;
      });
      const purchaseIds = [...new Set(cancellations.map(({ purchaseId }) => purchaseId))];
      await refreshReadModels(deps, await findPurchases(pool, purchaseIds));
    },

    /** Publishes the two messages of each cancellation; the cancellations are settled once the broker has confirmed all. */
    async publishCancellations(cancellationIds: readonly string[]): Promise<void> {
      const cancellations = await withTickets(cancellationIds);
      await publisher.publish(cancellations.flatMap(messagesOfCancellation));
      await settleCancellations(pool, cancellationIds);
    },
  };
}
