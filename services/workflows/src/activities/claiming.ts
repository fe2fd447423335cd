import type { AnnouncedHoldInUse, HandOver, PurchaseOrder, PurchaseRefusal } from '@box-office/contract';
import { claimPurchases, refusePurchases, type Claim, type PurchaseAtEpoch, type Refused } from '@box-office/records';
import { activityInfo } from '@temporalio/activity';
import type { ActivityDeps } from './deps.js';
import { noteStatus, refreshSoon } from './read-models.js';

export interface RefusalToRecord extends PurchaseAtEpoch {
  readonly fingerprint: string;
  readonly refusal: PurchaseRefusal;
}

/** The first and the shortest way of a purchase: claimed, or refused with nothing taken. */
export function createClaiming(deps: ActivityDeps) {
  const { pool, announce } = deps;
  return {
    /** Claims the rows of these purchases for the workflow run that calls. One claim per order, in their order. */
    async claim(orders: readonly PurchaseOrder[], handOver?: HandOver): Promise<Claim[]> {
      const execution = activityInfo().workflowExecution;
      if (!execution) throw new Error('a purchase is claimed by a workflow run');
      const claims = await claimPurchases(pool, orders, { ...execution, ...(handOver && { handOver }) });
      announce(
        orders.flatMap(({ purchaseId, fingerprint }, place) => {
          const claim = claims[place];
          if (claim?.kind !== 'finished') return [];
          const { outcome, resumed } = claim;
          return [{ purchaseId, fingerprint, outcome, ...(resumed && { earlier: true }) }];
        }),
      );
      noteStatus(
        deps,
        'claimed',
        orders.flatMap(({ userId, eventId }, place) => {
          const claim = claims[place];
          return claim?.kind === 'mine' && claim.status === 'claimed' ? [{ ...claim, userId, eventId }] : [];
        }),
      );
      return claims;
    },

    /**
     * Tells the gateways of purchases that are not begun, because another one is using their hold. Only once the run has that on
     * record, so that no later try of the claim begins them after all.
     */
    async announceNotBegun(purchases: readonly AnnouncedHoldInUse[]): Promise<void> {
      announce(purchases);
    },

    /** Records the refusal of purchases that took nothing. One answer each, in their order. */
    async refuse(refusals: readonly RefusalToRecord[]): Promise<Refused[]> {
      const results = await refusePurchases(pool, refusals);
      announce(
        refusals.flatMap(({ purchaseId, fingerprint, refusal }, place) =>
          results[place] === 'refused' ? [{ purchaseId, fingerprint, outcome: { kind: 'refused', ...refusal } }] : [],
        ),
      );
      // Otherwise the transaction would be shown as claimed for ever.
      refreshSoon(
        deps,
        refusals.map(({ purchaseId }) => purchaseId),
      );
      return results;
    },
  };
}
