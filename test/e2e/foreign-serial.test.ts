import { randomUUID } from 'node:crypto';
import {
  batchWorkflowId,
  PURCHASE_TASK_QUEUE,
  PURCHASE_WORKFLOW,
  type PurchaseOrder,
  type PurchaseWorkflowResult,
} from '@box-office/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newBuyer, startTestSystem, paymentsOf, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { openStoreAccess, type StoreAccess } from './reconciliation/store-access.js';

const BATCH_SIZE = 50;
const TOTAL = 60;

let system: TestSystem;
let stores: StoreAccess;

beforeAll(async () => {
  system = await startTestSystem();
  stores = await openStoreAccess(system);
});
afterAll(async () => {
  await stores.close();
  await system.close();
});

/** Sells a ticket and removes the sale from Redis, so that Redis issues its serial again. */
async function sellWithoutRedis(eventId: string): Promise<number> {
  const { body } = await system.buy({ eventId, quantity: 1 });
  const [ticket] = body.tickets;
  if (!ticket) throw new Error('nothing was sold');
  const items = [{ ticketType: ticket.ticketType, serials: [ticket.serial] }];
  const isSettled = async (): Promise<void> => {
    const snapshot = await stores.inventory.snapshot(eventId);
    expect(snapshot?.sales.map(({ purchaseId }) => purchaseId)).toContain(body.purchaseId);
  };
  await until(isSettled, 30_000);
  const generation = await stores.generationOf(eventId);
  await stores.inventory.giveBack(eventId, generation, [{ purchaseId: body.purchaseId, items }]);
  return ticket.serial;
}

it('a serial already taken in PostgreSQL, in a batch of 50: that buyer gets another ticket, and no buyer goes without', async () => {
  const { id: eventId } = await system.createEvent({ total: TOTAL });
  const taken = await sellWithoutRedis(eventId);
  const orders = Array.from({ length: BATCH_SIZE }, (): PurchaseOrder => ({
    purchaseId: randomUUID(),
    fingerprint: randomUUID(),
    userId: newBuyer(),
    requestId: 'a test',
    eventId,
    items: [{ ticketType: 'standard', quantity: 1 }],
    paymentMethod: 'pm_approve',
  }));
  const result = (await stores.temporal.workflow.execute(PURCHASE_WORKFLOW, {
    taskQueue: PURCHASE_TASK_QUEUE,
    workflowId: batchWorkflowId(randomUUID()),
    args: [{ orders }],
  })) as PurchaseWorkflowResult;

  expect(result.outcomes.confirmed).toHaveLength(BATCH_SIZE - result.elsewhere.length);
  // Purchases that waited for the payment provider were detached.
  await until(async () => expect(await validSerials(system, eventId)).toHaveLength(BATCH_SIZE + 1), 60_000);
  const { rows } = await system.pool.query<{ serial: number }>(
    `select serial from event_tickets where purchase_id = any($1::uuid[]) and status = 'valid'`,
    [orders.map(({ purchaseId }) => purchaseId)],
  );
  expect(rows.map(({ serial }) => serial)).not.toContain(taken);
  for (const { purchaseId } of orders) {
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 2_500, refunded: 0, captures: 1 });
  }
  const snapshot = await stores.inventory.snapshot(eventId);
  expect(snapshot?.ticketTypes).toMatchObject([{ held: 0, sold: BATCH_SIZE + 1 }]);
});
