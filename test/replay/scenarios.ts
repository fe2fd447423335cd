import { randomUUID } from 'node:crypto';
import { PURCHASE_TASK_QUEUE, PURCHASE_WORKFLOW, type PurchaseOrder } from '@box-office/contract';
import type { Client, WorkflowHandle } from '@temporalio/client';

/** One committed history: how it comes about, so that it can be recorded anew after a deliberate change. */
export interface Scenario {
  readonly name: string;
  /** Payment methods of the purchases of one list, one ticket each; a number asks for so many tickets instead. */
  readonly purchases: readonly (string | { readonly method: string; readonly quantity: number })[];
  /** As the gateway starts them; otherwise as one that goes on with what another has begun. */
  readonly straightThrough?: true;
}

const GROUP = ['pm_approve', 'pm_slow_1200', 'pm_decline_stolen_card', 'pm_approve', 'pm_capture_refused'];
const TOO_MANY = [{ method: 'pm_approve', quantity: 50 }];

/** Every path through the purchase workflow that a release has taken. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'confirmed', purchases: ['pm_approve'] },
  { name: 'declined', purchases: ['pm_decline_insufficient_funds'] },
  { name: 'refused', purchases: TOO_MANY },
  { name: 'slow-payment', purchases: ['pm_slow_900'] },
  { name: 'capture-refused', purchases: ['pm_capture_refused'] },
  { name: 'authorisation-unknown', purchases: ['pm_timeout_after_charge'] },
  { name: 'group', purchases: GROUP },
  { name: 'straight-confirmed', purchases: ['pm_approve'], straightThrough: true },
  { name: 'straight-declined', purchases: ['pm_decline_insufficient_funds'], straightThrough: true },
  { name: 'straight-refused', purchases: TOO_MANY, straightThrough: true },
  { name: 'straight-slow-payment', purchases: ['pm_slow_900'], straightThrough: true },
  { name: 'straight-capture-refused', purchases: ['pm_capture_refused'], straightThrough: true },
  { name: 'straight-group', purchases: GROUP, straightThrough: true },
  { name: 'straight-group-in-short', purchases: GROUP, straightThrough: true },
];

/** Runs a scenario for an event that has some tickets, but fewer than 50. */
export async function play(client: Client, eventId: string, scenario: Scenario): Promise<WorkflowHandle> {
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
    args: [{ orders, ...(scenario.straightThrough && { straightThrough: true }) }],
  });
  await handle.result();
  return handle;
}
