import { randomUUID } from 'node:crypto';
import {
  batchWorkflowId,
  cancellationWorkflowId,
  eventCancellationWorkflowId,
  holdWorkflowId,
  purchaseWorkflowId,
} from '@box-office/contract';
import { cancellationIdOf, holdIdOf, purchaseIdOf } from '@box-office/contract/derive';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { startBatch } from './purchase-batch.js';
import type { StoreAccess } from './reconciliation/store-access.js';
import {
  openReconciliationFixture,
  PRICE_MINOR,
  type ReconciliationFixture,
} from './reconciliation/reconciliation-fixture.js';
import { findings } from './reconciliation/reconciliation-runs.js';

let fixture: ReconciliationFixture;
let system: TestSystem;
let stores: StoreAccess;

beforeAll(async () => {
  // Without reconciliation: recovery has to work alone. One worker only: the tests stop it.
  const env = {
    PURCHASE_WORKER: 'off',
    PURCHASE_WAIT_MS: '1000',
    RECOVERY_IDLE_MS: '2000',
    RECOVERY_EVERY_MS: '2000',
    RECONCILIATION_EVERY_MS: '0',
  };
  fixture = await openReconciliationFixture({ env });
  ({ system, stores } = fixture);
});
afterAll(() => fixture.close());

/** Sends a request while the worker is down, and terminates its workflow before it can claim anything. */
async function terminateUnclaimed<T>(workflowId: string, send: () => Promise<T>): Promise<T> {
  const worker = system.services.worker[0];
  await worker?.kill('SIGKILL');
  try {
    const answer = send();
    const handle = stores.temporal.workflow.getHandle(workflowId);
    await until(async () => {
      await handle.terminate('a test').catch((error: unknown) => {
        throw error instanceof WorkflowNotFoundError ? new Error('not started yet') : error;
      });
    });
    return await answer;
  } finally {
    await worker?.restart();
  }
}

async function requestHold(eventId: string, o: { as: string; key: string; quantity: number }) {
  return system.call('POST', '/api/tickets/holds', {
    as: o.as,
    role: 'buyer',
    headers: { 'idempotency-key': o.key },
    body: { eventId, quantity: o.quantity, seconds: 300 },
  });
}

async function unclaimedPurchase() {
  const { id: eventId } = await system.createEvent({ total: 5 });
  const buyer = { as: newBuyer(), key: randomUUID() };
  const purchaseId = purchaseIdOf('POST /api/tickets/purchase', buyer.as, buyer.key);
  const buy = () => system.buy({ eventId, quantity: 2 }, buyer);
  const answer = await terminateUnclaimed(purchaseWorkflowId(purchaseId), buy);
  expect(answer.status).toBe(202);
  return { eventId, purchaseId, buy };
}

const findingsOf = async (eventId: string) =>
  (await findings(system, { eventId })).map(({ kind, status }) => [kind, status]);

async function statusOf(table: string, id: string): Promise<string | undefined> {
  const { rows } = await system.pool.query<{ status: string }>(`select status from ${table} where id = $1`, [id]);
  return rows[0]?.status;
}

describe('after its workflow was terminated before a claim and the request was answered 202,', () => {
  it('a purchase is bought by the repeat of its request', async () => {
    const { eventId, purchaseId, buy } = await unclaimedPurchase();
    await until(async () => expect((await buy()).status).toBe(201), 30_000);
    expect(await validSerials(system, eventId)).toEqual([1, 2]);
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR, captures: 1 });
  });

  it('a purchase whose request is not repeated is bought once', async () => {
    const { eventId, purchaseId } = await unclaimedPurchase();
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('confirmed'), 30_000);
    expect(await validSerials(system, eventId)).toEqual([1, 2]);
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR, captures: 1 });
    expect(await findingsOf(eventId)).toEqual([['abandoned', 'repaired']]);
  });

  it('a cancellation is carried out', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    const { purchaseId } = (await system.buy({ eventId, quantity: 2 })).body;
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('confirmed'));
    const cancellationId = cancellationIdOf(purchaseId, null);
    const answer = await terminateUnclaimed(cancellationWorkflowId(cancellationId), () =>
      system.call('POST', `/api/purchases/${purchaseId}/cancel`, { body: { reason: 'ill' } }),
    );
    expect(answer.status).toBe(202);
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('cancelled'), 30_000);
    expect(await paymentsOf(purchaseId)).toMatchObject({ refunded: 2 * PRICE_MINOR });
    expect(await findingsOf(eventId)).toEqual([['abandoned', 'repaired']]);
  });

  it('a hold is made', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    const [as, key] = [newBuyer(), randomUUID()];
    const holdId = holdIdOf('POST /api/tickets/holds', as, key);
    const answer = await terminateUnclaimed(holdWorkflowId(holdId), () =>
      requestHold(eventId, { as, key, quantity: 2 }),
    );
    expect(answer.status).toBe(202);
    await until(async () => expect(await statusOf('ticket_holds', holdId)).toBe('active'), 30_000);
    expect(await findingsOf(eventId)).toEqual([['abandoned', 'repaired']]);
  });

  it('the cancellation of an event is carried out', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    const { purchaseId } = (await system.buy({ eventId, quantity: 2 })).body;
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('confirmed'));
    const answer = await terminateUnclaimed(eventCancellationWorkflowId(eventId), () =>
      system.call('POST', `/api/events/${eventId}/cancel`, { body: { reason: 'rain' } }),
    );
    expect(answer.status).toBe(202);
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('cancelled'), 30_000);
    expect(await findingsOf(eventId)).toContainEqual(['abandoned', 'repaired']);
  });
});

describe('a purchase that was not begun because another one used its hold', () => {
  it('is not begun by recovery when its batch is terminated later', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    const [as, key] = [newBuyer(), randomUUID()];
    expect((await requestHold(eventId, { as, key, quantity: 1 })).status).toBe(201);
    const holdId = holdIdOf('POST /api/tickets/holds', as, key);
    const named = { userId: as, holdId };
    // The last one keeps the batch open.
    const methods = ['pm_decline_stolen', 'pm_approve', 'pm_capture_refused+slow_void_8000'];
    const batchId = batchWorkflowId(randomUUID());
    const batch = await startBatch(stores.temporal, batchId, eventId, methods, { changes: [named, named] });
    const [declined = '', notBegun = '', undoing = ''] = batch.purchaseIds;
    await until(async () => {
      expect(await statusOf('event_ticket_transactions', declined)).toBe('declined');
      expect(await statusOf('event_ticket_transactions', undoing)).toBe('undoing');
    });
    expect(await statusOf('ticket_holds', holdId)).toBe('active');
    await batch.handle.terminate('a test');

    await until(async () => expect(await statusOf('event_ticket_transactions', undoing)).toBe('undone'), 30_000);
    // Its workflow is closed much later: when it is bought, recovery has passed the batch.
    const { purchaseId: later } = await unclaimedPurchase();
    await until(async () => expect(await statusOf('event_ticket_transactions', later)).toBe('confirmed'), 30_000);
    expect(await statusOf('event_ticket_transactions', notBegun)).toBeUndefined();
    expect(await paymentsOf(notBegun)).toEqual({ captured: 0, refunded: 0, captures: 0 });
    expect(await statusOf('ticket_holds', holdId)).toBe('active');
  });
});
