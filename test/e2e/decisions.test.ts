import { randomUUID } from 'node:crypto';
import { batchWorkflowId, type ResolveAction } from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  newBuyer,
  startTestSystem,
  paymentsOf,
  validSerials,
  type Answer,
  type TestSystem,
} from '../support/test-system.js';
import { until } from '../support/until.js';
import { startBatch } from './purchase-batch.js';
import { openStoreAccess, type StoreAccess } from './reconciliation/store-access.js';

const PRICE_MINOR = 2_500;
const STUCK_MS = 60_000;
let system: TestSystem;
let stores: StoreAccess;

beforeAll(async () => {
  system = await startTestSystem(undefined, { PURCHASE_WAIT_MS: '1000' });
  stores = await openStoreAccess(system);
});
afterAll(async () => {
  await stores.close();
  await system.close();
});

const resolve = (purchaseId: string, action: ResolveAction, method?: string) =>
  system.call('POST', `/api/operations/purchases/${purchaseId}/resolve`, {
    body: { action, reason: 'a test', ...(method !== undefined && { paymentMethod: method }) },
  });

/** Repeats the decision until the step is marked as stuck. */
const resolveStuck = (purchaseId: string, action: ResolveAction, method?: string) =>
  until(async () => {
    const answer = await resolve(purchaseId, action, method);
    expect(answer.status).toBe(200);
    return answer.body as unknown as { step: string; action: string; next: string };
  }, STUCK_MS);

const expectNothingToResolve = (answer: Answer) =>
  expect([answer.status, answer.body.type]).toEqual([409, '/problems/nothing-to-resolve']);

async function requestPurchase(method: string) {
  const { id: eventId } = await system.createEvent({ total: 3, priceMinor: PRICE_MINOR });
  const buyer = { as: newBuyer(), key: randomUUID() };
  const repeat = () => system.buy({ eventId, quantity: 1, payment: { method } }, buyer);
  const first = await repeat();
  return { eventId, purchaseId: first.body.purchaseId, first, repeat };
}

describe('a decision about a step that is still retried', () => {
  it('of a cancellation cannot be skipped: the refund is made, and the buyer is told so only then', async () => {
    const { purchaseId } = await requestPurchase('pm_slow_refund_2000');
    const cancelling = system.call('POST', `/api/purchases/${purchaseId}/cancel`, { body: { reason: 'ill' } });
    await until(async () => {
      const begun = 'select from ticket_cancellations where purchase_id = $1';
      expect((await system.pool.query(begun, [purchaseId])).rowCount).toBe(1);
    });
    expectNothingToResolve(await resolve(purchaseId, 'skip'));
    await cancelling;
    await until(async () => {
      const shown = await system.call('GET', `/api/cancellations/${cancellationIdOf(purchaseId, null)}`);
      expect(shown.body).toMatchObject({ status: 'cancelled', refundedMinor: PRICE_MINOR });
    }, STUCK_MS);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: PRICE_MINOR, captures: 1 });
  });

  it('of a purchase cannot be compensated or corrected: the buyer gets the tickets', async () => {
    const { purchaseId, eventId, repeat } = await requestPurchase('pm_slow_3000');
    expectNothingToResolve(await resolve(purchaseId, 'compensate'));
    expectNothingToResolve(await resolve(purchaseId, 'correct', 'pm_approve'));
    await until(async () => expect((await repeat()).status).toBe(201), STUCK_MS);
    expect(await validSerials(system, eventId)).toEqual([1]);
  });
});

describe('a decision about one purchase of a batch', () => {
  it('meets the stuck step of that purchase and nothing of the others', async () => {
    const { id: eventId } = await system.createEvent({ total: 3, priceMinor: PRICE_MINOR });
    const methods = ['pm_capture_refused+void_fail_1000', 'pm_approve'];
    const batch = await startBatch(stores.temporal, batchWorkflowId(randomUUID()), eventId, methods);
    const [stuck = '', healthy = ''] = batch.purchaseIds;
    await until(async () => {
      const { body } = await system.call('GET', '/api/operations/attention?limit=100');
      expect(JSON.stringify(body)).toContain(stuck);
    }, STUCK_MS);
    expectNothingToResolve(await resolve(healthy, 'skip'));
    expect(await resolveStuck(stuck, 'skip')).toMatchObject({ step: 'undoPayment', action: 'skip' });
    await batch.handle.result();
    expect(await validSerials(system, eventId)).toHaveLength(1);
  });
});

describe('an authorisation that fails permanently', () => {
  it('ends by itself once it is compensated: the provider’s reversal proves that nothing is kept', async () => {
    const { purchaseId, eventId, repeat } = await requestPurchase('pm_fail_100000');
    expect(await resolveStuck(purchaseId, 'compensate')).toMatchObject({
      step: 'authorise',
      next: expect.stringContaining('asked again, at the step undoPayment') as string,
    });
    await until(async () => expect((await repeat()).body.type).toBe('/problems/purchase-undone'), 10_000);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });
    expect(await validSerials(system, eventId)).toEqual([]);
  });
});
