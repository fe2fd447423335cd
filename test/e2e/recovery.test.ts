import { randomUUID } from 'node:crypto';
import {
  alonePurchaseWorkflowId,
  cancellationWorkflowId,
  holdWorkflowId,
  purchaseWorkflowId,
} from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerOf, newBuyer, paymentsOf, validSerials, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import type { Backstage } from './reconciliation/backstage.js';
import { openScene, PRICE_MINOR, type Scene } from './reconciliation/scene.js';
import { findings, lightLoad, sweep } from './reconciliation/sweeping.js';

let scene: Scene;
let office: Office;
let backstage: Backstage;
let others: { stop(): Promise<number> };

beforeAll(async () => {
  // Buyers are told 202 soon, and what is abandoned is taken up soon; nothing here is about these times.
  scene = await openScene({ gateways: 2, env: { PURCHASE_WAIT_MS: '1000', RECOVERY_IDLE_MS: '3000' } });
  ({ office, backstage } = scene);
  // Everything here happens while others buy: at another gateway, for the purchases here are to have workflows of their own.
  const { id } = await office.createEvent({ total: 100_000 });
  others = lightLoad(office, id, { gateway: 1 });
});
afterAll(async () => {
  expect(await others.stop()).toBeGreaterThan(0);
  await scene.close();
});

interface RowOfPurchase {
  readonly id: string;
  readonly status: string;
  readonly epoch: number;
  readonly owner_workflow_id: string;
}

async function rowOf(eventId: string): Promise<RowOfPurchase> {
  const { rows } = await office.pool.query<RowOfPurchase>(
    'select id, status, epoch, owner_workflow_id from event_ticket_transactions where event_id = $1',
    [eventId],
  );
  const [row] = rows;
  if (!row) throw new Error('there is no purchase yet');
  return row;
}

/** A buyer's purchase whose workflow is terminated as soon as its row and its payment are as far as wanted. */
async function terminatedWhen(
  method: string,
  isThere: (row: RowOfPurchase) => Promise<boolean> | boolean,
): Promise<{ eventId: string; purchaseId: string; repeat: () => ReturnType<Office['buy']> }> {
  const { id: eventId } = await office.createEvent({ total: 5 });
  const who = { as: newBuyer(), key: randomUUID() };
  const repeat = () => office.buy({ eventId, quantity: 2, payment: { method } }, who);
  const asked = repeat();
  const { id: purchaseId } = await until(async () => {
    const row = await rowOf(eventId);
    expect(await isThere(row)).toBe(true);
    return row;
  });
  await backstage.temporal.workflow.getHandle(purchaseWorkflowId(purchaseId)).terminate('a test');
  expect((await asked).status).toBe(202);
  return { eventId, purchaseId, repeat };
}

const bookOf = async (purchaseId: string) =>
  (await backstage.payments.books?.({ purchaseIds: [purchaseId] }))?.purchases[0];

const finishedIn = (eventId: string, status: string) =>
  until(async () => {
    const row = await rowOf(eventId);
    expect(row.status).toBe(status);
    return row;
  }, 30_000);

/** Sweeps until the purchase of the event has been taken up: not before nothing of its old workflow may act any more. */
const sweptUntilRecovered = (eventId: string) =>
  until(async () => {
    await sweep(office, eventId);
    expect((await findings(office, { eventId })).map(({ kind, status }) => [kind, status])).toContainEqual([
      'abandoned',
      'repaired',
    ]);
  }, 60_000);

const soldTwo = { captured: 2 * PRICE_MINOR, refunded: 0, captures: 1 };

describe('a purchase whose workflow was terminated', () => {
  it.each([
    // The authorisation is still on its way.
    ['after its claim', 'pm_late_5000', async (row: RowOfPurchase) => (await bookOf(row.id)) === undefined],
    // The money is set aside, and the answer has not come.
    ['after it was authorised', 'pm_slow_5000', async (row: RowOfPurchase) => (await bookOf(row.id)) !== undefined],
    // The tickets are pending, the money is taken, and the answer has not come.
    ['after its tickets were recorded', 'pm_slow_capture_5000', (row: RowOfPurchase) => row.status === 'persisted'],
  ])(
    '%s is finished, with one charge and under the next epoch',
    async (_, method, isThere) => {
      const { eventId, purchaseId, repeat } = await terminatedWhen(method, isThere);
      await sweptUntilRecovered(eventId);
      const row = await finishedIn(eventId, 'confirmed');
      expect(row).toMatchObject({ epoch: 2, owner_workflow_id: alonePurchaseWorkflowId(purchaseId) });
      expect(await validSerials(office, eventId)).toEqual([1, 2]);
      expect(await paymentsOf(purchaseId)).toEqual(soldTwo);
      expect((await repeat()).status).toBe(201);
      await until(async () => expect(await ledgerOf(office, eventId)).toMatchObject({ capacity: 3, ledger: 1 }));
      expect((await findings(office, { eventId }))[0]).toMatchObject({ purchaseId, status: 'repaired' });
      await scene.expectNothingNew(eventId);
    },
    120_000,
  );

  it('while it was being undone goes on undoing', async () => {
    let told: Promise<unknown> | undefined;
    const { eventId, purchaseId, repeat } = await terminatedWhen('pm_slow_2000+slow_void_6000', async (row) => {
      // Told to stop while its payment is under way: its tickets are refused, and the money goes back, slowly.
      told ??= office.call('POST', `/api/purchases/${row.id}/cancel`, { body: { reason: 'a test' } });
      return row.status === 'undoing';
    });
    await told;
    await sweptUntilRecovered(eventId);
    expect(await finishedIn(eventId, 'undone')).toMatchObject({ epoch: 2 });
    expect(await validSerials(office, eventId)).toEqual([]);
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 0 });
    expect((await bookOf(purchaseId))?.authorisations).toMatchObject([{ state: 'voided' }]);
    expect((await repeat()).status).toBe(409);
  }, 120_000);

  it('after it was confirmed is settled and published, with the messages that it would have sent', async () => {
    const { id: eventId } = await office.createEvent({ total: 5 });
    const purchaseId = randomUUID();
    const owner = await backstage.idleWorkflow(purchaseId);
    await backstage.confirmed({ eventId, quantity: 2, purchaseId, owner });
    await sweep(office, eventId);
    expect(await findings(office, { eventId })).toEqual([]);

    await backstage.temporal.workflow.getHandle(owner.workflowId).terminate('a test');
    await until(async () => {
      await sweep(office, eventId);
      expect(await ledgerOf(office, eventId)).toMatchObject({ capacity: 3, ledger: 1 });
    }, 60_000);
    const { event } = await until(async () => {
      const look = await backstage.inventory.look(eventId);
      if (look.kind !== 'counted') throw new Error(look.cause);
      expect(look.event.ticketTypes).toMatchObject([{ held: 0, sold: 2 }]);
      return look;
    });
    expect(event.capacity).toBe(3);
    expect((await findings(office, { eventId })).every(({ status }) => status === 'repaired')).toBe(true);
    await scene.expectNothingNew(eventId);
  }, 120_000);
});

describe('a cancellation whose workflow was terminated', () => {
  it('goes on and gives everything back once', async () => {
    const { id: eventId } = await office.createEvent({ total: 5 });
    const bought = await office.buy({ eventId, quantity: 2, payment: { method: 'pm_slow_refund_4000' } });
    const { purchaseId } = bought.body;
    const cancelling = office.call('POST', `/api/purchases/${purchaseId}/cancel`, { body: { reason: 'ill' } });
    const cancellationId = cancellationIdOf(purchaseId, null);
    await until(async () => {
      const { rowCount } = await office.pool.query(
        `select from ticket_cancellations where id = $1 and status = 'refunding'`,
        [cancellationId],
      );
      expect(rowCount).toBe(1);
    });
    await backstage.temporal.workflow.getHandle(cancellationWorkflowId(cancellationId)).terminate('a test');
    await cancelling;
    await sweptUntilRecovered(eventId);
    await finishedIn(eventId, 'cancelled');
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR, refunded: 2 * PRICE_MINOR });
    await until(async () => expect(await ledgerOf(office, eventId)).toMatchObject({ capacity: 5, ledger: 2 }));
    await scene.expectNothingNew(eventId);
  }, 120_000);
});

describe('a hold whose workflow was terminated', () => {
  it('is ended when its time is over, and its tickets are for sale again', async () => {
    const { id: eventId } = await office.createEvent({ total: 5 });
    const answer = await office.call('POST', '/api/tickets/holds', {
      as: newBuyer(),
      role: 'buyer',
      headers: { 'idempotency-key': randomUUID() },
      body: { eventId, quantity: 2, seconds: 3 },
    });
    expect(answer.status).toBe(201);
    const { holdId } = answer.body as unknown as { holdId: string };
    await backstage.temporal.workflow.getHandle(holdWorkflowId(holdId)).terminate('a test');
    await sweptUntilRecovered(eventId);
    const look = await backstage.inventory.look(eventId);
    expect(look).toMatchObject({ kind: 'counted', event: { ticketTypes: [{ available: 5, held: 0 }] } });
    const { rows } = await office.pool.query('select status from ticket_holds where id = $1', [holdId]);
    expect(rows).toEqual([{ status: 'expired' }]);
    await scene.expectNothingNew(eventId);
  }, 120_000);
});

describe('a purchase whose workflow runs', () => {
  it('is left alone, however long it stands still', async () => {
    const { id: eventId } = await office.createEvent({ total: 5 });
    await office.buy({ eventId, quantity: 1, payment: { method: 'pm_slow_7000' } });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await sweep(office, eventId);
    expect(await findings(office, { eventId })).toEqual([]);
    expect(await finishedIn(eventId, 'confirmed')).toMatchObject({ epoch: 1 });
  }, 60_000);
});
