import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PURCHASE_TASK_QUEUE, PURCHASE_WORKFLOW, type PurchaseOrder } from '@box-office/contract';
import type { WorkflowHandle } from '@temporalio/client';
import type { Recorder, Scenario } from './scenario.js';

interface PurchaseScenario {
  readonly name: string;
  /** Payment methods of the purchases of one batch, one ticket each unless `quantity` is given. */
  readonly purchases: readonly (string | { readonly method: string; readonly quantity: number })[];
  /** They are of two events, by turns. */
  readonly ofTwoEvents?: true;
  /** The buyers can authenticate, and do so or let the time pass. */
  readonly buyers?: 'authenticate' | 'let_it_lapse';
  /** Set by the gateway; absent in workflows that continue a purchase. */
  readonly fastPath?: true;
}

const BATCH = ['pm_approve', 'pm_slow_1200', 'pm_decline_stolen_card', 'pm_approve', 'pm_capture_refused'];
const AUTHENTICATION = 'pm_card_authenticationRequired';
/** How long a recorded purchase waits for its buyer. */
export const AUTHENTICATION_TIMEOUT_MS = 4_000;
const TOO_MANY = [{ method: 'pm_approve', quantity: 50 }];

/** Every path through the purchase workflow. */
const SCENARIOS: readonly PurchaseScenario[] = [
  { name: 'confirmed', purchases: ['pm_approve'] },
  { name: 'declined', purchases: ['pm_decline_insufficient_funds'] },
  { name: 'refused', purchases: TOO_MANY },
  { name: 'slow-payment', purchases: ['pm_slow_900'] },
  { name: 'capture-refused', purchases: ['pm_capture_refused'] },
  { name: 'authorisation-unknown', purchases: ['pm_timeout_after_charge'] },
  { name: 'batch', purchases: BATCH },
  { name: 'batch-of-events', purchases: BATCH, ofTwoEvents: true },
  { name: 'fast-path-confirmed', purchases: ['pm_approve'], fastPath: true },
  { name: 'fast-path-declined', purchases: ['pm_decline_insufficient_funds'], fastPath: true },
  { name: 'fast-path-refused', purchases: TOO_MANY, fastPath: true },
  { name: 'fast-path-slow-payment', purchases: ['pm_slow_900'], fastPath: true },
  { name: 'fast-path-capture-refused', purchases: ['pm_capture_refused'], fastPath: true },
  { name: 'fast-path-batch', purchases: BATCH, fastPath: true },
  { name: 'authenticated', purchases: [AUTHENTICATION], buyers: 'authenticate' },
  { name: 'fast-path-authenticated', purchases: [AUTHENTICATION], buyers: 'authenticate', fastPath: true },
  { name: 'fast-path-authentication-lapsed', purchases: [AUTHENTICATION], buyers: 'let_it_lapse', fastPath: true },
  {
    name: 'fast-path-batch-authentication',
    purchases: ['pm_approve', AUTHENTICATION, 'pm_approve'],
    buyers: 'let_it_lapse',
    fastPath: true,
  },
];

export const PURCHASE_SCENARIOS: readonly Scenario[] = SCENARIOS.map((scenario) => ({
  name: scenario.name,
  record: (recorder) => record(recorder, scenario),
}));

async function record(
  { client, createEvent, paymentUrl }: Recorder,
  scenario: PurchaseScenario,
): Promise<WorkflowHandle> {
  const [event, other] = [await createEvent(), await createEvent()];
  const orders = scenario.purchases.map((purchase, place): PurchaseOrder => {
    const { method, quantity } = typeof purchase === 'string' ? { method: purchase, quantity: 1 } : purchase;
    return {
      purchaseId: randomUUID(),
      fingerprint: 'replay',
      userId: `buyer_${randomUUID()}`,
      eventId: scenario.ofTwoEvents && place % 2 === 1 ? other : event,
      items: [{ ticketType: 'standard', quantity }],
      paymentMethod: method,
      requestId: randomUUID(),
      ...(scenario.buyers !== undefined && { returnUrl: 'https://shop.example' }),
    };
  });
  const handle = await client.workflow.start(PURCHASE_WORKFLOW, {
    taskQueue: PURCHASE_TASK_QUEUE,
    workflowId: `replay/${scenario.name}/${randomUUID()}`,
    args: [{ orders, ...(scenario.fastPath && { fastPath: true }) }],
  });
  if (scenario.buyers === 'authenticate') for (const order of orders) await authenticate(paymentUrl, order);
  await handle.result();
  return handle;
}

/** As the buyer does on the simulator's page, as soon as the purchase waits for it. */
async function authenticate(paymentUrl: string, { purchaseId }: PurchaseOrder): Promise<void> {
  for (;;) {
    const response = await fetch(`${paymentUrl}/ledger?purchase=${purchaseId}`);
    const id = /"authorisationId":"(\w+)"/.exec(await response.text())?.[1];
    if (id !== undefined) {
      const path = `/authenticate/${id}/complete?client_secret=${id}_secret_simulated`;
      await fetch(paymentUrl + path, { method: 'POST', redirect: 'manual' });
      return;
    }
    await sleep(50);
  }
}
