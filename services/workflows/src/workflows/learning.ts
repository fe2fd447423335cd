import { idsOf, type PurchaseUnderWay } from './purchase-list.js';
import type { Work } from './work.js';

/**
 * Purchases that turn out to have their outcome: an earlier try of this very run, given up as lost, got there after all.
 * What it sold is still this workflow's to publish.
 */
export async function learnOutcomes(work: Work, finished: readonly PurchaseUnderWay[]): Promise<void> {
  if (finished.length === 0) return;
  const orders = finished.map((purchase) => purchase.order);
  const claims = await work.steps.quickly(idsOf(finished), 'claim', orders);
  for (const [place, { purchaseId }] of orders.entries()) {
    const claim = claims[place];
    if (claim?.kind === 'finished' && claim.mine) work.list.answer(purchaseId, claim.outcome);
    else if (claim?.kind === 'finished' || claim?.kind === 'elsewhere') work.list.leave(purchaseId);
    else
      throw new Error(
        `purchase ${purchaseId} was said to have its outcome, and its claim is ${claim?.kind ?? 'missing'}`,
      );
  }
}
