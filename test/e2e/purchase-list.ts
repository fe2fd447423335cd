import { randomUUID } from 'node:crypto';
import {
  PURCHASE_TASK_QUEUE,
  PURCHASE_WORKFLOW,
  type PurchaseOrder,
  type SEARCH_ATTRIBUTES,
} from '@box-office/contract';
import type { Client, WorkflowHandle } from '@temporalio/client';

interface StartedList {
  readonly handle: WorkflowHandle;
  readonly purchaseIds: readonly string[];
}

/** Starts the workflow of purchases that are decided together, one ticket and one payment method each. */
export async function startList(
  client: Client,
  workflowId: string,
  eventId: string,
  methods: readonly string[],
  { straightThrough = true }: { readonly straightThrough?: boolean } = {},
): Promise<StartedList> {
  const orders = methods.map((paymentMethod): PurchaseOrder => ({
    purchaseId: randomUUID(),
    fingerprint: 'a test',
    userId: `buyer_${randomUUID()}`,
    eventId,
    items: [{ ticketType: 'standard', quantity: 1 }],
    paymentMethod,
    requestId: randomUUID(),
  }));
  const purchaseIds = orders.map((order) => order.purchaseId);
  const name: keyof typeof SEARCH_ATTRIBUTES = 'PurchaseIds';
  const handle = await client.workflow.start(PURCHASE_WORKFLOW, {
    taskQueue: PURCHASE_TASK_QUEUE,
    workflowId,
    args: [{ orders, ...(straightThrough && { straightThrough }) }],
    typedSearchAttributes: [{ key: { name, type: 'KEYWORD_LIST' }, value: purchaseIds }],
  });
  return { handle, purchaseIds };
}
