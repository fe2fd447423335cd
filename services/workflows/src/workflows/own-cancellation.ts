import { CANCELLATION_WORKFLOW, cancellationWorkflowId, summary } from '@box-office/contract';
import type { Cancellation } from '@box-office/records';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, ChildWorkflowCancellationType, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { requestOf } from './carrying-out.js';
import { searchAttributes } from './search-attributes.js';

/**
 * Hands a cancellation to a workflow of its own, with its own retries, its own row in the Temporal UI and its own operator
 * actions. Resolves once that workflow has started, or runs already; it outlives this one. Not cancellable, see `goOnAlone`.
 */
export async function goOnByItself(cancellation: Cancellation): Promise<void> {
  const { cancellationId, purchaseId, eventId, userId } = cancellation;
  const start = () =>
    startChild(CANCELLATION_WORKFLOW, {
      workflowId: cancellationWorkflowId(cancellationId),
      args: [requestOf(cancellation)],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      typedSearchAttributes: [
        { key: searchAttributes.purchaseIds, value: [purchaseId] },
        { key: searchAttributes.eventIds, value: [eventId] },
        { key: searchAttributes.userIds, value: [userId] },
        { key: searchAttributes.purchaseStatus, value: 'open' },
      ],
      memo: { buyer: userId, purchaseId },
      staticSummary: summary`Cancels a purchase of event ${eventId}, apart from the others`,
    });
  try {
    await CancellationScope.nonCancellable(start);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
