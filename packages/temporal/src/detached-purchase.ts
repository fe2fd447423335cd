import { detachedPurchaseWorkflowId, type PurchaseOrder, type PurchaseWorkflowInput } from '@box-office/contract';
import type { SearchAttributePair } from '@temporalio/common';
import { searchAttributesOf } from './search-attributes.js';

/** The workflow run that holds the claim of a purchase. */
export interface ClaimOwner {
  readonly workflowId: string;
  readonly runId: string;
  readonly epoch: number;
}

/** Id, input and search attributes of the workflow that continues one purchase and takes its claim over from `owner`. */
export function detachedPurchase(
  order: PurchaseOrder,
  { workflowId, runId, epoch }: ClaimOwner,
): {
  readonly workflowId: string;
  readonly input: PurchaseWorkflowInput;
  readonly searchAttributes: SearchAttributePair[];
} {
  return {
    workflowId: detachedPurchaseWorkflowId(order.purchaseId),
    input: { orders: [order], handOver: { fromWorkflowId: workflowId, fromRunId: runId, epoch } },
    searchAttributes: searchAttributesOf({
      purchaseIds: [order.purchaseId],
      eventIds: [order.eventId],
      userIds: [order.userId],
    }),
  };
}
