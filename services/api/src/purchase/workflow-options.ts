import {
  PURCHASE_TASK_QUEUE,
  batchWorkflowId,
  purchaseWorkflowId,
  summary,
  type PurchaseOrder,
  type PurchaseWorkflowInput,
} from '@box-office/contract';
import { batchIdOf } from '@box-office/contract/derive';
import { searchAttributesOf } from '@box-office/temporal';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy, type WorkflowStartOptions } from '@temporalio/client';
import type { OrderToStart } from '../batching/purchase-starter.js';

/** Events of a batch that its memo names. */
const MAX_EVENTS_IN_MEMO = 10;

export type PurchaseWorkflowOptions = WorkflowStartOptions<(input: PurchaseWorkflowInput) => Promise<unknown>>;

/**
 * How the workflow of a batch of purchases is started. Id and payload are derived from the batch alone, because a start with
 * an unknown result is sent again.
 *
 * A completed workflow is never run a second time; one that failed or was terminated may be, and the claim in PostgreSQL
 * then decides what is left to do. One that may have ended without having begun a purchase, because its hold was in use, is run again
 * when that is asked for again.
 */
export function purchaseWorkflowOptions(batch: readonly OrderToStart[]): PurchaseWorkflowOptions {
  const orders = batch.map(({ order }) => order);
  return {
    workflowId: workflowIdOf(orders),
    taskQueue: PURCHASE_TASK_QUEUE,
    args: [{ orders, fastPath: true }],
    workflowIdReusePolicy: orders.some(({ holdId }) => holdId !== undefined)
      ? WorkflowIdReusePolicy.ALLOW_DUPLICATE
      : WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    typedSearchAttributes: searchAttributesOf({
      purchaseIds: orders.map((order) => order.purchaseId),
      eventIds: distinct(orders.map((order) => order.eventId)),
      userIds: distinct(orders.map((order) => order.userId)),
    }),
    memo: memoOf(batch),
    staticSummary: summaryOf(batch),
  };
}

/** A single purchase has the id that a repeat of its request uses. */
function workflowIdOf(orders: readonly PurchaseOrder[]): string {
  const [first] = orders;
  if (first === undefined) throw new Error('a workflow is started for at least one purchase');
  const lone = orders.length === 1;
  return lone
    ? purchaseWorkflowId(first.purchaseId)
    : batchWorkflowId(batchIdOf(orders.map((order) => order.purchaseId)));
}

/** Shown in the Temporal UI. */
function memoOf(batch: readonly OrderToStart[]): Record<string, unknown> {
  const [first] = batch;
  if (first === undefined || batch.length > 1) {
    return { purchases: batch.length, events: eventsOf(batch).slice(0, MAX_EVENTS_IN_MEMO) };
  }
  const { userId, items, requestId } = first.order;
  return { buyer: userId, event: describeEvent(first), items: describeItems(items), requestId };
}

function summaryOf(batch: readonly OrderToStart[]): string {
  const [first] = batch;
  if (first === undefined) return '';
  if (batch.length === 1) {
    const { items, userId } = first.order;
    return summary`${describeItems(items)} for ${first.labels.eventName}, buyer ${userId}`;
  }
  const events = eventsOf(batch);
  return events.length === 1
    ? summary`${batch.length} purchases for ${first.labels.eventName}`
    : summary`${batch.length} purchases for ${events.length} events`;
}

const eventsOf = (batch: readonly OrderToStart[]): string[] => distinct(batch.map(describeEvent));
const describeEvent = ({ order, labels }: OrderToStart): string => `${order.eventId}: ${labels.eventName}`;
export const describeItems = (items: PurchaseOrder['items']): string =>
  items.map((item) => `${item.quantity} × ${item.ticketType}`).join(', ');

const distinct = (values: readonly string[]): string[] => [...new Set(values)];
