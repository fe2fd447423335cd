import { PURCHASE_TASK_QUEUE } from '@box-office/contract';
import type {
  PurchaseOrder,
  PurchaseWorkflowInput,
  PurchaseWorkflowStatus,
  SEARCH_ATTRIBUTES,
} from '@box-office/contract';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import type { WorkflowStartOptions } from '@temporalio/client';
import type { OrderLabels } from './purchase-starter.js';

type AttributeName = keyof typeof SEARCH_ATTRIBUTES;
const listAttribute = (name: AttributeName, value: string[]) => ({
  key: { name, type: 'KEYWORD_LIST' as const },
  value,
});
const wordAttribute = (name: AttributeName, value: string) => ({ key: { name, type: 'KEYWORD' as const }, value });
const OPEN: PurchaseWorkflowStatus = 'open';

/** The server takes 400 bytes of summary; a character of UTF-8 has at most four. */
const MAX_SUMMARY_CHARACTERS = 100;

/**
 * How a purchase workflow is started: always the same for the same id and orders, because a start whose fate is unknown
 * is sent again.
 *
 * A completed workflow is never run a second time; one that failed or was terminated may be, and the claim in PostgreSQL
 * then decides what is left to do.
 */
export function purchaseWorkflowOptions(
  workflowId: string,
  orders: readonly PurchaseOrder[],
  labels: OrderLabels,
): WorkflowStartOptions<(input: PurchaseWorkflowInput) => Promise<unknown>> {
  return {
    workflowId,
    taskQueue: PURCHASE_TASK_QUEUE,
    args: [{ orders }],
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
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
    memo: memoOf(orders, labels),
    staticSummary: summaryOf(orders, labels),
  };
}

/** What a person wants to know of it at a glance. */
function memoOf(orders: readonly PurchaseOrder[], labels: OrderLabels): Record<string, unknown> {
  const [first] = orders;
  if (first === undefined || orders.length > 1) return { purchases: orders.length };
  return {
    buyer: first.userId,
    event: `${first.eventId}: ${labels.eventName}`,
    items: first.items.map((item) => `${item.quantity} × ${item.ticketType}`).join(', '),
    requestId: first.requestId,
  };
}

function summaryOf(orders: readonly PurchaseOrder[], labels: OrderLabels): string {
  const [first] = orders;
  const text =
    first === undefined || orders.length > 1
      ? `${orders.length} purchases`
      : `${first.items.map((item) => `${item.quantity} × ${item.ticketType}`).join(', ')} for ${labels.eventName}, buyer ${first.userId}`;
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ');
  const characters = Array.from(plain);
  return characters.length <= MAX_SUMMARY_CHARACTERS
    ? plain
    : `${characters.slice(0, MAX_SUMMARY_CHARACTERS - 1).join('')}…`;
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];
