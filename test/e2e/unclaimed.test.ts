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
import { newBuyer, paymentsOf, validSerials, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import type { Backstage } from './reconciliation/backstage.js';
import { openScene, PRICE_MINOR, type Scene } from './reconciliation/scene.js';
import { findings } from './reconciliation/sweeping.js';

let scene: Scene;
let office: Office;
let backstage: Backstage;

beforeAll(async () => {
  // No comparison comes here: what is recovered is recovered without one.
  const env = {
    PURCHASE_WAIT_MS: '1000',
    RECOVERY_IDLE_MS: '2000',
    RECOVERY_EVERY_MS: '2000',
    RECONCILIATION_EVERY_MS: '0',
  };
  scene = await openScene({ env });
  ({ office, backstage } = scene);
});
afterAll(() => scene.close());

/** Has something asked for while no worker is there, and its workflow terminated before it could claim anything. */
async function terminatedUnclaimed<T>(workflowId: string, ask: () => Promise<T>): Promise<T> {
  const worker = office.services.worker[0];
  await worker?.kill('SIGKILL');
  try {
    const asked = ask();
    const handle = backstage.temporal.workflow.getHandle(workflowId);
    await until(async () => {
      await handle.terminate('a test').catch((error: unknown) => {
        throw error instanceof WorkflowNotFoundError ? new Error('not there yet') : error;
      });
    });
    return await asked;
  } finally {
    await worker?.restart();
  }
}

async function unclaimedPurchase() {
  const { id: eventId } = await office.createEvent({ total: 5 });
  const who = { as: newBuyer(), key: randomUUID() };
  const purchaseId = purchaseIdOf('POST /api/tickets/purchase', who.as, who.key);
  const buy = () => office.buy({ eventId, quantity: 2 }, who);
  const answer = await terminatedUnclaimed(purchaseWorkflowId(purchaseId), buy);
  expect(answer.status).toBe(202);
  return { eventId, purchaseId, buy };
}

const abandoned = async (eventId: string) =>
  (await findings(office, { eventId })).map(({ kind, status }) => [kind, status]);

async function statusOf(table: string, id: string): Promise<string | undefined> {
  const { rows } = await office.pool.query<{ status: string }>(`select status from ${table} where id = $1`, [id]);
  return rows[0]?.status;
}

describe('what was terminated before it was claimed, and was answered 202', () => {
  it('a purchase is bought by the repeat of its request', async () => {
    const { eventId, purchaseId, buy } = await unclaimedPurchase();
    await until(async () => expect((await buy()).status).toBe(201), 30_000);
    expect(await validSerials(office, eventId)).toEqual([1, 2]);
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR, captures: 1 });
  }, 90_000);

  it('a purchase that nobody repeats is bought nevertheless, once', async () => {
    const { eventId, purchaseId } = await unclaimedPurchase();
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('confirmed'), 30_000);
    expect(await validSerials(office, eventId)).toEqual([1, 2]);
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR, captures: 1 });
    expect(await abandoned(eventId)).toEqual([['abandoned', 'repaired']]);
  }, 90_000);

  it('a cancellation is carried out', async () => {
    const { id: eventId } = await office.createEvent({ total: 5 });
    const { purchaseId } = (await office.buy({ eventId, quantity: 2 })).body;
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('confirmed'));
    const cancellationId = cancellationIdOf(purchaseId, null);
    const answer = await terminatedUnclaimed(cancellationWorkflowId(cancellationId), () =>
      office.call('POST', `/api/purchases/${purchaseId}/cancel`, { body: { reason: 'ill' } }),
    );
    expect(answer.status).toBe(202);
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('cancelled'), 30_000);
    expect(await paymentsOf(purchaseId)).toMatchObject({ refunded: 2 * PRICE_MINOR });
    expect(await abandoned(eventId)).toEqual([['abandoned', 'repaired']]);
  }, 90_000);

  it('a hold is taken', async () => {
    const { id: eventId } = await office.createEvent({ total: 5 });
    const [as, key] = [newBuyer(), randomUUID()];
    const holdId = purchaseIdOf('POST /api/tickets/holds', as, key);
    const answer = await terminatedUnclaimed(holdWorkflowId(holdId), () =>
      office.call('POST', '/api/tickets/holds', {
        ...{ as, role: 'buyer', headers: { 'idempotency-key': key } },
        body: { eventId, quantity: 2, seconds: 300 },
      }),
    );
    expect(answer.status).toBe(202);
    await until(async () => expect(await statusOf('ticket_holds', holdId)).toBe('active'), 30_000);
    expect(await abandoned(eventId)).toEqual([['abandoned', 'repaired']]);
  }, 90_000);

  it('the cancellation of an event is carried out', async () => {
    const { id: eventId } = await office.createEvent({ total: 5 });
    const { purchaseId } = (await office.buy({ eventId, quantity: 2 })).body;
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('confirmed'));
    const answer = await terminatedUnclaimed(eventCancellationWorkflowId(eventId), () =>
      office.call('POST', `/api/events/${eventId}/cancel`, { body: { reason: 'rain' } }),
    );
    expect(answer.status).toBe(202);
    await until(async () => expect(await statusOf('event_ticket_transactions', purchaseId)).toBe('cancelled'), 30_000);
    expect(await abandoned(eventId)).toContainEqual(['abandoned', 'repaired']);
  }, 90_000);
});
