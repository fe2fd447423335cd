import type { HoldInUseNotification, HandOver, PurchaseOrder, PurchaseRefusal } from '@box-office/contract';
import { claimPurchases, refusePurchases, type Claim, type PurchaseAtEpoch, type Refused } from '@box-office/database';
import { activityInfo } from '@temporalio/activity';
import type { ActivityDeps } from '../../worker/activity-deps.js';
import { noteStatus, refreshInBackground } from './read-models.js';

export interface RefusalToRecord extends PurchaseAtEpoch {
  /** Version of the row after the claim. */
  readonly version: number;
  readonly fingerprint: string;
  readonly refusal: PurchaseRefusal;
}

/** The claim of a purchase, and its refusal while nothing has been taken. */
export function createClaimActivities(deps: ActivityDeps) {
  const { pool, notify } = deps;
  return {
    /**
     * Claims the rows of these purchases for the workflow run that calls. One claim per order, in their order.
     *
     * @param firstRunId the first run of that workflow
     */
    async claim(orders: readonly PurchaseOrder[], handOver?: HandOver, firstRunId?: string): Promise<Claim[]> {
      const execution = activityInfo().workflowExecution;
      if (!execution) throw new Error('a purchase is claimed by a workflow run');
      const claimant = { ...execution, firstRunId, ...(handOver && { handOver }) };
      const claims = await claimPurchases(pool, orders, claimant);
      notify(
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
     * Notifies the gateways of purchases that are not started, because another one uses their hold. Only after the run has it on
     * record, so that no retry of the claim starts them after all.
     */
    async notifyNotStarted(purchases: readonly HoldInUseNotification[]): Promise<void> {
      notify(purchases);
    },

    /** Records the refusal of purchases that took nothing. One answer each, in their order. */
    async refuse(refusals: readonly RefusalToRecord[]): Promise<Refused[]> {
      const results = await refusePurchases(pool, refusals);
      notify(
        refusals.flatMap(({ purchaseId, fingerprint, refusal }, place) =>
          results[place] === 'refused' ? [{ purchaseId, fingerprint, outcome: { kind: 'refused', ...refusal } }] : [],
        ),
      );
      // Otherwise the transaction would stay claimed in the read model.
      refreshInBackground(
        deps,
        refusals.map(({ purchaseId }) => purchaseId),
      );
      return results;
    },
  };
}
