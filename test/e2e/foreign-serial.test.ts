import { randomUUID } from 'node:crypto';
import {
  groupWorkflowId,
  PURCHASE_TASK_QUEUE,
  PURCHASE_WORKFLOW,
  type PurchaseOrder,
  type PurchaseWorkflowResult,
} from '@box-office/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newBuyer, openOffice, paymentsOf, validSerials, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import { openBackstage, type Backstage } from './reconciliation/backstage.js';

const GROUP = 50;
const TOTAL = 60;

let office: Office;
let backstage: Backstage;

beforeAll(async () => {
  office = await openOffice();
  backstage = await openBackstage(office);
});
afterAll(async () => {
  await backstage.close();
  await office.close();
});

/** Sells a ticket, and lets Redis forget that: it will hand the same serial out again. */
async function soldBehindTheBackOfRedis(eventId: string): Promise<number> {
  const { body } = await office.buy({ eventId, quantity: 1 });
  const [ticket] = body.tickets;
  if (!ticket) throw new Error('nothing was sold');
  const items = [{ ticketType: ticket.ticketType, serials: [ticket.serial] }];
  const isSettled = async (): Promise<void> => {
    const snapshot = await backstage.inventory.snapshot(eventId);
    expect(snapshot?.sales.map(({ purchaseId }) => purchaseId)).toContain(body.purchaseId);
  };
  await until(isSettled, 30_000);
  const generation = await backstage.generationOf(eventId);
  await backstage.inventory.giveBack(eventId, generation, [{ purchaseId: body.purchaseId, items }]);
  return ticket.serial;
}

it(
  'a serial that PostgreSQL gave to another, in a group of fifty: that buyer gets another ticket, and nobody is kept from his',
  { timeout: 120_000 },
  async () => {
    const { id: eventId } = await office.createEvent({ total: TOTAL });
    const taken = await soldBehindTheBackOfRedis(eventId);
    const orders = Array.from({ length: GROUP }, (): PurchaseOrder => ({
      ...{ purchaseId: randomUUID(), fingerprint: randomUUID(), userId: newBuyer(), requestId: 'a test' },
      ...{ eventId, items: [{ ticketType: 'standard', quantity: 1 }], paymentMethod: 'pm_approve' },
    }));
    const result = (await backstage.temporal.workflow.execute(PURCHASE_WORKFLOW, {
      taskQueue: PURCHASE_TASK_QUEUE,
      workflowId: groupWorkflowId(randomUUID()),
      args: [{ orders }],
    })) as PurchaseWorkflowResult;

    expect(result.outcomes.confirmed).toHaveLength(GROUP - result.elsewhere.length);
    // Who had to wait for the payment provider went on in a workflow of his own.
    await until(async () => expect(await validSerials(office, eventId)).toHaveLength(GROUP + 1), 60_000);
    const { rows } = await office.pool.query<{ serial: number }>(
      `select serial from event_tickets where purchase_id = any($1::uuid[]) and status = 'valid'`,
      [orders.map(({ purchaseId }) => purchaseId)],
    );
    expect(rows.map(({ serial }) => serial)).not.toContain(taken);
    for (const { purchaseId } of orders) {
      expect(await paymentsOf(purchaseId)).toEqual({ captured: 2_500, refunded: 0, captures: 1 });
    }
    const snapshot = await backstage.inventory.snapshot(eventId);
    expect(snapshot?.ticketTypes).toMatchObject([{ held: 0, sold: GROUP + 1 }]);
  },
);
