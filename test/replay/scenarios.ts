import { randomUUID } from 'node:crypto';
import { PURCHASE_TASK_QUEUE, PURCHASE_WORKFLOW, type PurchaseOrder } from '@box-office/contract';
import type { Client, WorkflowHandle } from '@temporalio/client';

/** How to produce one committed history, so that it can be recorded again after a deliberate change. */
export interface Scenario {
  readonly name: string;
  /** Payment methods of the purchases of one batch, one ticket each unless `quantity` is given. */
  readonly purchases: readonly (string | { readonly method: string; readonly quantity: number })[];
  /** Set by the gateway; absent in workflows that continue a purchase. */
  readonly fastPath?: true;
}

const BATCH = ['pm_approve', 'pm_slow_1200', 'pm_decline_stolen_card', 'pm_approve', 'pm_capture_refused'];
const TOO_MANY = [{ method: 'pm_approve', quantity: 50 }];

/** Every path through the purchase workflow. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'confirmed', purchases: ['pm_approve'] },
  { name: 'declined', purchases: ['pm_decline_insufficient_funds'] },
  { name: 'refused', purchases: TOO_MANY },
  { name: 'slow-payment', purchases: ['pm_slow_900'] },
  { name: 'capture-refused', purchases: ['pm_capture_refused'] },
  { name: 'authorisation-unknown', purchases: ['pm_timeout_after_charge'] },
  { name: 'batch', purchases: BATCH },
  { name: 'fast-path-confirmed', purchases: ['pm_approve'], fastPath: true },
  { name: 'fast-path-declined', purchases: ['pm_decline_insufficient_funds'], fastPath: true },
  { name: 'fast-path-refused', purchases: TOO_MANY, fastPath: true },
  { name: 'fast-path-slow-payment', purchases: ['pm_slow_900'], fastPath: true },
  { name: 'fast-path-capture-refused', purchases: ['pm_capture_refused'], fastPath: true },
  { name: 'fast-path-batch', purchases: BATCH, fastPath: true },
  { name: 'fast-path-batch-in-short', purchases: BATCH, fastPath: true },
];

/** Runs a scenario for an event with some tickets, but fewer than 50. */
export async function runScenario(client: Client, eventId: string, scenario: Scenario): Promise<WorkflowHandle> {
  const orders = scenario.purchases.map((purchase): PurchaseOrder => {
    const { method, quantity } = typeof purchase === 'string' ? { method: purchase, quantity: 1 } : purchase;
    return {
      purchaseId: randomUUID(),
      fingerprint: 'replay',
      userId: `buyer_${randomUUID()}`,
      eventId,
      items: [{ ticketType: 'standard', quantity }],
      paymentMethod: method,
      requestId: randomUUID(),
    };
  });
  const handle = await client.workflow.start(PURCHASE_WORKFLOW, {
    taskQueue: PURCHASE_TASK_QUEUE,
    workflowId: `replay/${scenario.name}/${randomUUID()}`,
    args: [{ orders, ...(scenario.fastPath && { fastPath: true }) }],
  });
  await handle.result();
  return handle;
}
