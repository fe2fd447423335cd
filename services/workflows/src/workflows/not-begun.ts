import { mdText, type AnnouncedHoldInUse, type PurchaseOrder } from '@box-office/contract';
import { CancellationScope } from '@temporalio/workflow';
import type { Standing } from './purchase-list.js';
import type { Work } from './work.js';

/**
 * Has the gateways told of purchases that are not begun, because another one is using the hold that they name: they have no
 * row and no outcome, and their keys may be used again. Beside the others, who do not wait for it.
 */
export function leaveNotBegun(work: Work, orders: readonly PurchaseOrder[], standings: readonly Standing[]): void {
  const announced: AnnouncedHoldInUse[] = [];
  for (const [place, order] of orders.entries()) {
    const standing = standings[place];
    if (standing?.kind !== 'hold_in_use') continue;
    const { purchaseId, fingerprint } = order;
    announced.push({ purchaseId, fingerprint, holdInUseBy: standing.usedBy });
    work.tellOf({ order }, mdText`is not begun: purchase ${standing.usedBy} is using its hold.`);
  }
  if (announced.length === 0) return;
  const ids = announced.map(({ purchaseId }) => purchaseId);
  work.undoings.push(CancellationScope.nonCancellable(() => work.steps.quickly(ids, 'announceNotBegun', announced)));
}
