import { HOLD_EPOCH, type PurchaseOutcome } from '@box-office/contract';
import {
  beginUndoing,
  concludeUndoing,
  findPurchases,
  voidTickets,
  type PurchaseAtEpoch,
  type UndoDecision,
} from '@box-office/records';
import { refreshReadModels, withUsableInventory } from '@box-office/restoration';
import type { ActivityDeps } from './deps.js';
import { refreshSoon } from './read-models.js';

/** The compensations of one purchase, each idempotent. The payment's is with the other payment calls. */
export function createUndoing(deps: Pick<ActivityDeps, 'pool' | 'inventory' | 'announce' | 'logger'>) {
  const { pool, inventory, announce } = deps;
  return {
    /** Decides durably that the purchase is undone and with which outcome; no forward step is accepted after it. */
    async decideToUndo(
      purchase: PurchaseAtEpoch & { readonly outcome: PurchaseOutcome; readonly authorisationId: string | null },
    ): Promise<UndoDecision> {
      const decision = await beginUndoing(pool, purchase);
      // Readers may see it a step late; the buyer's money must not wait for Redis.
      refreshSoon(deps, [purchase.purchaseId]);
      return decision;
    },

    /**
     * Gives the tickets and the capacity back: the tickets in PostgreSQL first, so that the serial is free there
     * before Redis hands it to the next buyer.
     */
    async giveCapacityBack(purchase: PurchaseAtEpoch & { readonly eventId: string }): Promise<void> {
      const { generation, holdId } = await voidTickets(pool, purchase);
      // Whether the hold was taken over before this purchase failed is not known: nothing must stay held under either id.
      const held = holdId === null ? [purchase] : [purchase, { purchaseId: holdId, epoch: HOLD_EPOCH }];
      await withUsableInventory(
        deps,
        purchase.eventId,
        (current) => inventory.release(purchase.eventId, current, held),
        generation,
      );
    },

    /** Gives the purchase its final outcome and tells it. Null if another run has taken the purchase over. */
    async concludeUndoing(purchase: PurchaseAtEpoch): Promise<PurchaseOutcome | null> {
      const concluded = await concludeUndoing(pool, purchase);
      if (concluded) announce([concluded]);
      await refreshReadModels(deps, await findPurchases(pool, [purchase.purchaseId]));
      return concluded?.outcome ?? null;
    },
  };
}
