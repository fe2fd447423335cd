import { randomUUID } from 'node:crypto';
import {
  cancellationWorkflowId,
  eventCancellationWorkflowId,
  holdWorkflowId,
  purchaseWorkflowId,
} from '@box-office/contract';
import { cancellationIdOf, purchaseIdOf } from '@box-office/contract/derive';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
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
  }, 90_000);

  it('a purchase whose request is not repeated is bought once', async () => {
    const { eventId, purchaseId } = await unclaimedPurchase();
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('confirmed'), 30_000);
    expect(await validSerials(system, eventId)).toEqual([1, 2]);
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR, captures: 1 });
    expect(await findingsOf(eventId)).toEqual([['abandoned', 'repaired']]);
  }, 90_000);

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
  }, 90_000);

  it('a hold is made', async () => {
    const { id: eventId } = await system.createEvent({ total: 5 });
    const [as, key] = [newBuyer(), randomUUID()];
    const holdId = purchaseIdOf('POST /api/tickets/holds', as, key);
    const answer = await terminateUnclaimed(holdWorkflowId(holdId), () =>
      system.call('POST', '/api/tickets/holds', {
        ...{ as, role: 'buyer', headers: { 'idempotency-key': key } },
        body: { eventId, quantity: 2, seconds: 300 },
      }),
    );
    expect(answer.status).toBe(202);
    await until(async () => expect(await statusOf('ticket_holds', holdId)).toBe('active'), 30_000);
    expect(await findingsOf(eventId)).toEqual([['abandoned', 'repaired']]);
  }, 90_000);

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
  }, 90_000);
});
