import { HOLD_EPOCH, type PurchaseOutcome } from '@box-office/contract';
import {
  beginUndoing,
  concludeUndoing,
  findPurchases,
  voidTickets,
  type PurchaseAtEpoch,
  type UndoDecision,
} from '@box-office/database';
import { refreshReadModels, withUsableInventory } from '@box-office/inventory-sync';
import type { ActivityDeps } from '../../worker/activity-deps.js';
import { createHoldActivities } from '../../hold/activities.js';
import { refreshInBackground } from './read-models.js';

/** The compensations of one purchase, each idempotent. The payment's is with the other payment calls. */
export function createUndoActivities(
  deps: Pick<ActivityDeps, 'pool' | 'inventory' | 'notify' | 'notifyHold' | 'logger'>,
) {
  const { pool, inventory, notify } = deps;
  const holding = createHoldActivities(deps);
  return {
    /** Decides durably that the purchase is undone and with which outcome; no forward step is accepted after it. */
    async decideToUndo(
      purchase: PurchaseAtEpoch & { readonly outcome: PurchaseOutcome; readonly authorisationId: string | null },
    ): Promise<UndoDecision> {
      const decision = await beginUndoing(pool, purchase);
      // The read model may lag behind by a step; the buyer's money must not wait for Redis.
      refreshInBackground(deps, [purchase.purchaseId]);
      return decision;
    },

    /**
     * Gives the tickets and the capacity back, to the hold that the purchase used if its time is not over: in PostgreSQL first,
     * so that a serial is free there before Redis hands it to the next buyer.
     */
    async releaseCapacity(purchase: PurchaseAtEpoch & { readonly eventId: string }): Promise<void> {
      const { purchaseId, epoch, eventId } = purchase;
      const { generation, hold } = await voidTickets(pool, purchase);
      const to = hold?.status === 'active' && { to: { holdId: hold.holdId, epoch: HOLD_EPOCH, items: hold.items } };
      const { reply } = await withUsableInventory(
        deps,
        eventId,
        (current) => inventory.release(eventId, current, [{ purchaseId, epoch, ...to }]),
        generation,
      );
      if (hold === null) return;
      // What was lost in Redis is not to be promised any longer. And a hold may have ended since it was returned: nothing must
      // stay held for it.
      const lost = reply.outcomes[0]?.kind === 'gone';
      await holding.endHold(hold.holdId, lost ? 'released' : 'expired');
      deps.notifyHold(hold.holdId, purchaseId);
    },

    /** Records the final outcome and notifies the gateways. Null if another run has taken the purchase over. */
    async concludeUndoing(purchase: PurchaseAtEpoch): Promise<PurchaseOutcome | null> {
      const concluded = await concludeUndoing(pool, purchase);
      if (concluded) notify([concluded]);
      await refreshReadModels(deps, await findPurchases(pool, [purchase.purchaseId]));
      return concluded?.outcome ?? null;
    },
  };
}
