import { alonePurchaseWorkflowId, PURCHASE_WORKFLOW, summary, type PurchaseWorkflowInput } from '@box-office/contract';

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { PurchaseUnderWay } from './purchase-list.js';
import { searchAttributes } from './search-attributes.js';

/**
 * Hands a purchase over to a workflow of its own, with its own retries, its own row in the Temporal UI and its own
 * operator actions. Resolves once that workflow has started; it takes the claim over and outlives this one.
 *
 * Not cancellable: the start of a child that is to be abandoned, cancelled between its command and its beginning, is never
 * answered.
 */
export async function goOnAlone({ order, claim }: PurchaseUnderWay): Promise<void> {
  const { workflowId, runId } = workflowInfo();
  const input: PurchaseWorkflowInput = {
    orders: [order],
    handOver: { fromWorkflowId: workflowId, fromRunId: runId, epoch: claim.epoch },
  };
  const start = () =>
    startChild(PURCHASE_WORKFLOW, {
      workflowId: alonePurchaseWorkflowId(order.purchaseId),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      typedSearchAttributes: [
        { key: searchAttributes.purchaseIds, value: [order.purchaseId] },
        { key: searchAttributes.eventIds, value: [order.eventId] },
        { key: searchAttributes.userIds, value: [order.userId] },
        { key: searchAttributes.purchaseStatus, value: 'open' },
      ],
      staticSummary: summary`${order.userId} buys tickets for event ${order.eventId}, after leaving its group`,
    });
  try {
    await CancellationScope.nonCancellable(start);
  } catch (error) {
    // A run of this workflow before a reset has handed it over already.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
