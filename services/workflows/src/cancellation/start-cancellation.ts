import { CANCELLATION_WORKFLOW, cancellationRequestOf, cancellationWorkflowId, summary } from '@box-office/contract';
import type { Cancellation } from '@box-office/database';
import { searchAttributesOf } from '@box-office/temporal';
import { startIndependentChild } from '../start-independent-child.js';

/** Starts the workflow that carries out this cancellation, unless it has been started. */
export function startCancellation(cancellation: Cancellation): Promise<void> {
  const { cancellationId, purchaseId, eventId, userId } = cancellation;
  return startIndependentChild(CANCELLATION_WORKFLOW, cancellationRequestOf(cancellation), {
    workflowId: cancellationWorkflowId(cancellationId),
    typedSearchAttributes: searchAttributesOf({ purchaseIds: [purchaseId], eventIds: [eventId], userIds: [userId] }),
    memo: { buyer: userId, purchaseId },
    staticSummary: summary`Cancels a purchase of event ${eventId}, apart from the others`,
  });
}
