import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationRequest } from '@box-office/contract';
import { claimCancellation, findPurchases, findWorkflows, type CancellationClaim } from '@box-office/database';
import { refreshReadModels } from '@box-office/inventory-sync';
import { cancellationSignal } from '@temporalio/activity';
import { refreshInBackground } from '../../purchase/activities/read-models.js';
import type { ActivityDeps } from '../../worker/activity-deps.js';

/** How often a purchase in progress is read, and for how long in one attempt. */
const CHECK_INTERVAL_MS = 150;
const CHECK_FOR_MS = 20_000;

/** How cancellations get their tickets. */
export function createClaimActivities(deps: ActivityDeps) {
  const { pool, notify } = deps;

  async function notifyPurchaseOf(request: CancellationRequest): Promise<void> {
    const { purchaseId, cancellationId, requestedBy, byOperator } = request;
    const [owner] = (await findWorkflows(pool, purchaseId)) ?? [];
    if (owner !== undefined) deps.notifyPurchase(owner, { purchaseId, cancellationId, requestedBy, byOperator });
  }

  return {
    /** Gives each cancellation its tickets, or asks its purchase to stop, or refuses. One claim each, in their order. */
    async claimCancellations(requests: readonly CancellationRequest[]): Promise<CancellationClaim[]> {
      const claims: CancellationClaim[] = [];
      for (const request of requests) claims.push(await claimCancellation(pool, request));
      for (const [index, request] of requests.entries()) {
        if (claims[index]?.kind === 'waiting') await notifyPurchaseOf(request);
      }
      const undone = claims.flatMap((claim) => (claim.kind === 'claimed' && claim.undone ? [claim.undone] : []));
      if (undone.length > 0) {
        notify(undone);
        const purchaseIds = undone.map(({ purchaseId }) => purchaseId);
        await refreshReadModels(deps, await findPurchases(pool, purchaseIds));
      }
      // The read model may lag behind by a step; the buyer's money must not wait for Redis.
      const refunding = claims.flatMap((claim) =>
        claim.kind === 'claimed' && claim.cancellation.status === 'refunding' ? [claim.cancellation.purchaseId] : [],
      );
      if (refunding.length > 0) refreshInBackground(deps, refunding);
      return claims;
    },

    /** Resolves when the purchase has its outcome. @throws Error after CHECK_FOR_MS, to be retried */
    async awaitOutcome(purchaseId: string): Promise<void> {
      const signal = cancellationSignal();
      const deadline = Date.now() + CHECK_FOR_MS;
      do {
        const [purchase] = await findPurchases(pool, [purchaseId]);
        if (purchase?.outcome) return;
        await sleep(CHECK_INTERVAL_MS, undefined, { signal });
      } while (Date.now() < deadline);
      throw new Error('the purchase is still in progress');
    },
  };
}
