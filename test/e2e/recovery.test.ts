import { randomUUID } from 'node:crypto';
import {
  detachedPurchaseWorkflowId,
  cancellationWorkflowId,
  holdWorkflowId,
  purchaseWorkflowId,
} from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { claimPurchases } from '@box-office/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerOf, newBuyer, paymentsOf, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import type { StoreAccess } from './reconciliation/store-access.js';
import {
  openReconciliationFixture,
  PRICE_MINOR,
  type ReconciliationFixture,
} from './reconciliation/reconciliation-fixture.js';
import { findings, lastingFindings, startBuyerLoad, reconcile } from './reconciliation/reconciliation-runs.js';

let fixture: ReconciliationFixture;
let system: TestSystem;
let stores: StoreAccess;
let load: { stop(): Promise<number> };

beforeAll(async () => {
  // Short times, so that buyers get 202 early and abandoned purchases are recovered early.
  fixture = await openReconciliationFixture({
    gateways: 2,
    env: { PURCHASE_WAIT_MS: '1000', RECOVERY_IDLE_MS: '3000' },
  });
  ({ system, stores } = fixture);
  // Load at the other gateway, so that the purchases of these tests are not in its batches.
  const { id } = await system.createEvent({ total: 100_000 });
  load = startBuyerLoad(system, id, { gateway: 1 });
});
afterAll(async () => {
  expect(await load.stop()).toBeGreaterThan(0);
  await fixture.close();
});

interface PurchaseRow {
  readonly id: string;
  readonly status: string;
  readonly epoch: number;
  readonly owner_workflow_id: string;
}

async function rowOf(eventId: string): Promise<PurchaseRow> {
  const { rows } = await system.pool.query<PurchaseRow>(
    'select id, status, epoch, owner_workflow_id from event_ticket_transactions where event_id = $1',
    [eventId],
  );
  const [row] = rows;
  if (!row) throw new Error('there is no purchase yet');
  return row;
}

/** Requests a purchase and terminates its workflow as soon as its row fulfils the condition. */
async function terminateWhen(
  method: string,
  isReached: (row: PurchaseRow) => Promise<boolean> | boolean,
): Promise<{ eventId: string; purchaseId: string; repeat: () => ReturnType<TestSystem['buy']> }> {
  const { id: eventId } = await system.createEvent({ total: 5 });
  const buyer = { as: newBuyer(), key: randomUUID() };
  const repeat = () => system.buy({ eventId, quantity: 2, payment: { method } }, buyer);
  const requested = repeat();
  const { id: purchaseId } = await until(async () => {
    const row = await rowOf(eventId);
    expect(await isReached(row)).toBe(true);
    return row;
  });
  await stores.temporal.workflow.getHandle(purchaseWorkflowId(purchaseId)).terminate('a test');
  expect((await requested).status).toBe(202);
  return { eventId, purchaseId, repeat };
}

const waitForStatus = (eventId: string, status: string) =>
  until(async () => {
    const row = await rowOf(eventId);
    expect(row.status).toBe(status);
    return row;
  }, 30_000);

/**
 * Repeats reconciliation runs until the event's purchase is recovered, which needs its old workflow to be closed for a
 * while.
 */
const reconcileUntilRecovered = (eventId: string) =>
  until(async () => {
    await reconcile(system, eventId);
    expect((await findings(system, { eventId })).map(({ kind, status }) => [kind, status])).toContainEqual([
      'abandoned',
      'repaired',
    ]);
  }, 60_000);

const soldTwo = { captured: 2 * PRICE_MINOR, refunded: 0, captures: 1 };

describe('a purchase whose workflow was terminated', () => {
  it.each([
    // The authorisation request is still in progress.
    [
      'after its claim',
      'pm_late_5000',
      async (row: PurchaseRow) => (await stores.authorisationsOf(row.id)).length === 0,
    ],
    // The payment is authorised, and the answer has not arrived.
    [
      'after it was authorised',
      'pm_slow_5000',
      async (row: PurchaseRow) => (await stores.authorisationsOf(row.id)).length > 0,
    ],
    // The tickets are pending, the payment is captured, and the answer has not arrived.
    ['after its tickets were recorded', 'pm_slow_capture_5000', (row: PurchaseRow) => row.status === 'persisted'],
  ])('%s is finished, with one charge and under the next epoch', async (_, method, isReached) => {
    const { eventId, purchaseId, repeat } = await terminateWhen(method, isReached);
    await reconcileUntilRecovered(eventId);
    const row = await waitForStatus(eventId, 'confirmed');
    expect(row).toMatchObject({ epoch: 2, owner_workflow_id: detachedPurchaseWorkflowId(purchaseId) });
    expect(await validSerials(system, eventId)).toEqual([1, 2]);
    expect(await paymentsOf(purchaseId)).toEqual(soldTwo);
    expect((await repeat()).status).toBe(201);
    await until(async () => expect(await ledgerOf(system, eventId)).toMatchObject({ capacity: 3, ledger: 1 }));
    expect((await lastingFindings(system, { eventId }))[0]).toMatchObject({ purchaseId, status: 'repaired' });
    await fixture.expectNothingNew(eventId);
  });

  it('while it was being undone is undone', async () => {
    let cancelled: Promise<unknown> | undefined;
    const { eventId, purchaseId, repeat } = await terminateWhen('pm_slow_2000+slow_void_6000', async (row) => {
      // Cancelled during its payment: its tickets are not recorded, and the authorisation is voided slowly.
      cancelled ??= system.call('POST', `/api/purchases/${row.id}/cancel`, { body: { reason: 'a test' } });
      return row.status === 'undoing';
    });
    await cancelled;
    await reconcileUntilRecovered(eventId);
    expect(await waitForStatus(eventId, 'undone')).toMatchObject({ epoch: 2 });
    expect(await validSerials(system, eventId)).toEqual([]);
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 0 });
    expect(await stores.authorisationsOf(purchaseId)).toMatchObject([{ state: 'voided' }]);
    expect((await repeat()).status).toBe(409);
  });

  it('after it was confirmed is settled and its messages are published', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    const purchaseId = randomUUID();
    const owner = await stores.startIdleWorkflow(purchaseId);
    await stores.confirmPurchase({ eventId, quantity: 2, purchaseId, owner });
    await reconcile(system, eventId);
    expect(await findings(system, { eventId })).toEqual([]);

    await stores.temporal.workflow.getHandle(owner.workflowId).terminate('a test');
    await until(async () => {
      await reconcile(system, eventId);
      expect(await ledgerOf(system, eventId)).toMatchObject({ capacity: 3, ledger: 1 });
    }, 60_000);
    const { event } = await until(async () => {
      const counts = await stores.inventory.readAvailability(eventId);
      if (counts.kind !== 'counted') throw new Error(counts.cause);
      expect(counts.event.ticketTypes).toMatchObject([{ held: 0, sold: 2 }]);
      return counts;
    });
    expect(event.capacity).toBe(3);
    await until(async () => {
      for (const { status } of await lastingFindings(system, { eventId })) expect(status).toBe('repaired');
    });
    await fixture.expectNothingNew(eventId);
  });
});

describe('complimentary tickets whose workflow was terminated after their claim', () => {
  it('are given, also for an event that is closed', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    const params = { path: { id: eventId } };
    const { response } = await system.operator.PATCH('/api/events/{id}', { params, body: { status: 'closed' } });
    expect(response.status).toBe(200);
    const [purchaseId, planted] = [randomUUID(), 'planted'];
    const items = [{ ticketType: 'standard', quantity: 2 }];
    const order = { purchaseId, eventId, items, userId: newBuyer(), fingerprint: planted, requestId: planted };
    const owner = await stores.startIdleWorkflow(purchaseId);
    await claimPurchases(system.pool, [{ ...order, paymentMethod: null, complimentary: true }], owner);
    await stores.temporal.workflow.getHandle(owner.workflowId).terminate('a test');

    await reconcileUntilRecovered(eventId);
    await until(async () => expect((await rowOf(eventId)).status).toMatch(/confirmed|refused/), 30_000);
    expect(await rowOf(eventId)).toMatchObject({ status: 'confirmed', epoch: 2 });
    expect(await validSerials(system, eventId)).toEqual([1, 2]);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });
  });
});

describe('a cancellation whose workflow was terminated', () => {
  it('continues and refunds everything once', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    const bought = await system.buy({ eventId, quantity: 2, payment: { method: 'pm_slow_refund_4000' } });
    const { purchaseId } = bought.body;
    const cancelling = system.call('POST', `/api/purchases/${purchaseId}/cancel`, { body: { reason: 'ill' } });
    const cancellationId = cancellationIdOf(purchaseId, null);
    await until(async () => {
      const { rowCount } = await system.pool.query(
        `select from ticket_cancellations where id = $1 and status = 'refunding'`,
        [cancellationId],
      );
      expect(rowCount).toBe(1);
    });
    await stores.temporal.workflow.getHandle(cancellationWorkflowId(cancellationId)).terminate('a test');
    await cancelling;
    await reconcileUntilRecovered(eventId);
    await waitForStatus(eventId, 'cancelled');
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR, refunded: 2 * PRICE_MINOR });
    await until(async () => expect(await ledgerOf(system, eventId)).toMatchObject({ capacity: 5, ledger: 2 }));
    await fixture.expectNothingNew(eventId);
  });
});

describe('a hold whose workflow was terminated', () => {
  it('expires, and its tickets are on sale again', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    const buyer = await system.buyer(newBuyer());
    const { data, response } = await buyer.POST('/api/tickets/holds', {
      params: { header: { 'Idempotency-Key': randomUUID() } },
      body: { eventId, quantity: 2, seconds: 3 },
    });
    expect(response.status).toBe(201);
    const holdId = data?.holdId ?? '';
    await stores.temporal.workflow.getHandle(holdWorkflowId(holdId)).terminate('a test');
    await reconcileUntilRecovered(eventId);
    const counts = await stores.inventory.readAvailability(eventId);
    expect(counts).toMatchObject({ kind: 'counted', event: { ticketTypes: [{ available: 5, held: 0 }] } });
    const { rows } = await system.pool.query('select status from ticket_holds where id = $1', [holdId]);
    expect(rows).toEqual([{ status: 'expired' }]);
    await fixture.expectNothingNew(eventId);
  });
});

describe('a purchase whose workflow is running', () => {
  it('is not recovered, however long it does not change', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    await system.buy({ eventId, quantity: 1, payment: { method: 'pm_slow_7000' } });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await reconcile(system, eventId);
    expect(await findings(system, { eventId })).toEqual([]);
    expect(await waitForStatus(eventId, 'confirmed')).toMatchObject({ epoch: 1 });
  });
});
