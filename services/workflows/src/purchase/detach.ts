import { PURCHASE_WORKFLOW, summary } from '@box-office/contract';
import { detachedPurchase } from '@box-office/temporal';
import { workflowInfo } from '@temporalio/workflow';
import { startIndependentChild } from '../start-independent-child.js';
import type { PurchaseContext } from './activity-inputs.js';

/** Starts the workflow that continues this purchase and takes its claim over. */
export function startDetached({ order, claim }: PurchaseContext): Promise<void> {
  const { workflowId: owner, runId } = workflowInfo();
  const { workflowId, input, searchAttributes } = detachedPurchase(order, {
    workflowId: owner,
    runId,
    epoch: claim.epoch,
  });
  return startIndependentChild(PURCHASE_WORKFLOW, input, {
    workflowId,
    typedSearchAttributes: searchAttributes,
    staticSummary: summary`${order.userId} buys tickets for event ${order.eventId}, detached from its batch`,
  });
}
