import { randomUUID } from 'node:crypto';
import {
  PURCHASE_TASK_QUEUE,
  PURCHASE_WORKFLOW,
  type PurchaseOrder,
  type SEARCH_ATTRIBUTES,
} from '@box-office/contract';
import type { Client, WorkflowHandle } from '@temporalio/client';

interface StartedBatch {
  readonly handle: WorkflowHandle;
  readonly purchaseIds: readonly string[];
}

/**
 * Starts a purchase workflow with a batch of purchases, one ticket each, with these payment methods. `changes` are what
 * else the orders have, in their order.
 */
export async function startBatch(
  client: Client,
  workflowId: string,
  eventId: string,
  methods: readonly string[],
  {
    fastPath = true,
    changes = [],
  }: { readonly fastPath?: boolean; readonly changes?: readonly Partial<PurchaseOrder>[] } = {},
): Promise<StartedBatch> {
  const orders = methods.map((paymentMethod, place): PurchaseOrder => ({
    purchaseId: randomUUID(),
    fingerprint: 'a test',
    userId: `buyer_${randomUUID()}`,
    eventId,
    items: [{ ticketType: 'standard', quantity: 1 }],
    paymentMethod,
    requestId: randomUUID(),
    ...changes[place],
  }));
  const purchaseIds = orders.map((order) => order.purchaseId);
  const name: keyof typeof SEARCH_ATTRIBUTES = 'PurchaseIds';
  const handle = await client.workflow.start(PURCHASE_WORKFLOW, {
    taskQueue: PURCHASE_TASK_QUEUE,
    workflowId,
    args: [{ orders, ...(fastPath && { fastPath }) }],
    typedSearchAttributes: [{ key: { name, type: 'KEYWORD_LIST' }, value: purchaseIds }],
  });
  return { handle, purchaseIds };
}
