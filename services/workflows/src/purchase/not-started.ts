import { mdText, type HoldInUseNotification, type PurchaseOrder } from '@box-office/contract';
import { CancellationScope } from '@temporalio/workflow';
import type { StartState } from './purchase-list.js';
import type { PurchaseRun } from './purchase-run.js';

/**
 * Notifies the gateways of purchases that are not started, because another purchase uses the hold that they name: they have
 * no row and no outcome, and their keys may be used again. Runs beside the other purchases, which do not wait for it.
 */
export function notifyNotStarted(
  run: PurchaseRun,
  orders: readonly PurchaseOrder[],
  states: readonly StartState[],
): void {
  const notifications: HoldInUseNotification[] = [];
  for (const [index, order] of orders.entries()) {
    const state = states[index];
    if (!state || !('claim' in state) || state.claim.kind !== 'hold_in_use') continue;
    const { purchaseId, fingerprint } = order;
    const { usedBy } = state.claim;
    notifications.push({ purchaseId, fingerprint, holdInUseBy: usedBy });
    run.logOf({ order }, mdText`is not started: purchase ${usedBy} uses its hold.`);
  }
  if (notifications.length === 0) return;
  const ids = notifications.map(({ purchaseId }) => purchaseId);
  run.background.push(
    CancellationScope.nonCancellable(() => run.activities.withFastRetries(ids, 'notifyNotStarted', notifications)),
  );
}
