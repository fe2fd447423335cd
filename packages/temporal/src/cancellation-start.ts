import { cancellationWorkflowId, type CancellationRequest } from '@box-office/contract';
import type { SearchAttributePair } from '@temporalio/common';
import { searchAttributesOf } from './search-attributes.js';

/** The memo of a cancellation's workflow: what the gateway answers while PostgreSQL does not have the cancellation. */
export interface CancellationMemo {
  readonly buyer: string;
  readonly purchaseId: string;
  readonly requestId: string;
  readonly returnedBy?: string;
}

/** Id, memo and search attributes of the workflow that carries out a cancellation, the same for each process that starts it. */
export function cancellationStart(
  request: Pick<CancellationRequest, 'cancellationId' | 'purchaseId' | 'eventId' | 'userId' | 'requestId'> & {
    readonly returnedBy?: string | null | undefined;
  },
): {
  readonly workflowId: string;
  readonly memo: CancellationMemo & Record<string, unknown>;
  readonly typedSearchAttributes: SearchAttributePair[];
} {
  const { cancellationId, purchaseId, eventId, userId, requestId, returnedBy } = request;
  return {
    workflowId: cancellationWorkflowId(cancellationId),
    memo: { buyer: userId, purchaseId, requestId, ...(typeof returnedBy === 'string' && { returnedBy }) },
    typedSearchAttributes: searchAttributesOf({ purchaseIds: [purchaseId], eventIds: [eventId], userIds: [userId] }),
  };
}
