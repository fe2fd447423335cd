import { PURCHASE_TASK_QUEUE, groupWorkflowId, purchaseWorkflowId, summary } from '@box-office/contract';
import type {
  PurchaseOrder,
  PurchaseWorkflowInput,
  PurchaseWorkflowStatus,
  SEARCH_ATTRIBUTES,
} from '@box-office/contract';
import { groupIdOf } from '@box-office/contract/derive';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import type { WorkflowStartOptions } from '@temporalio/client';
import type { OrderToStart } from './purchase-starter.js';

type AttributeName = keyof typeof SEARCH_ATTRIBUTES;
const listAttribute = (name: AttributeName, value: string[]) => ({
  key: { name, type: 'KEYWORD_LIST' as const },
  value,
});
const wordAttribute = (name: AttributeName, value: string) => ({ key: { name, type: 'KEYWORD' as const }, value });
const OPEN: PurchaseWorkflowStatus = 'open';

/** Events of a group that its memo names. */
const MAX_EVENTS_IN_MEMO = 10;

export type PurchaseWorkflowOptions = WorkflowStartOptions<(input: PurchaseWorkflowInput) => Promise<unknown>>;

/**
 * How the workflow of a group of purchases is started, a lone one being a group of one. Id and payload follow from the
 * group alone, because a start whose fate is unknown is sent again.
 *
 * A completed workflow is never run a second time; one that failed or was terminated may be, and the claim in PostgreSQL
 * then decides what is left to do. One that may have ended without having begun a purchase, because its hold was in use, is run again
 * when that is asked for again.
 */
export function purchaseWorkflowOptions(group: readonly OrderToStart[]): PurchaseWorkflowOptions {
  const orders = group.map(({ order }) => order);
  return {
    workflowId: workflowIdOf(orders),
    taskQueue: PURCHASE_TASK_QUEUE,
    args: [{ orders, straightThrough: true }],
    workflowIdReusePolicy: orders.some(({ holdId }) => holdId !== undefined)
      ? WorkflowIdReusePolicy.ALLOW_DUPLICATE
      : WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    typedSearchAttributes: [
      listAttribute(
        'PurchaseIds',
        orders.map((order) => order.purchaseId),
      ),
      listAttribute('EventIds', distinct(orders.map((order) => order.eventId))),
      listAttribute('UserIds', distinct(orders.map((order) => order.userId))),
      wordAttribute('PurchaseStatus', OPEN),
    ],
    memo: memoOf(group),
    staticSummary: summaryOf(group),
  };
}

/** A lone purchase has the id under which a repeat of its request will look for it. */
function workflowIdOf(orders: readonly PurchaseOrder[]): string {
  const [first] = orders;
  if (first === undefined) throw new Error('a workflow is started for at least one purchase');
  const lone = orders.length === 1;
  return lone
    ? purchaseWorkflowId(first.purchaseId)
    : groupWorkflowId(groupIdOf(orders.map((order) => order.purchaseId)));
}

/** What a person wants to know of it at a glance. */
function memoOf(group: readonly OrderToStart[]): Record<string, unknown> {
  const [first] = group;
  if (first === undefined || group.length > 1) {
    return { purchases: group.length, events: eventsOf(group).slice(0, MAX_EVENTS_IN_MEMO) };
  }
  const { userId, items, requestId } = first.order;
  return { buyer: userId, event: eventInWords(first), items: inWords(items), requestId };
}

function summaryOf(group: readonly OrderToStart[]): string {
  const [first] = group;
  if (first === undefined) return '';
  if (group.length === 1) {
    const { items, userId } = first.order;
    return summary`${inWords(items)} for ${first.labels.eventName}, buyer ${userId}`;
  }
  const events = eventsOf(group);
  return events.length === 1
    ? summary`${group.length} purchases for ${first.labels.eventName}`
    : summary`${group.length} purchases for ${events.length} events`;
}

const eventsOf = (group: readonly OrderToStart[]): string[] => distinct(group.map(eventInWords));
const eventInWords = ({ order, labels }: OrderToStart): string => `${order.eventId}: ${labels.eventName}`;
const inWords = (items: PurchaseOrder['items']): string =>
  items.map((item) => `${item.quantity} × ${item.ticketType}`).join(', ');

const distinct = (values: readonly string[]): string[] => [...new Set(values)];
