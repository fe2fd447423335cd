import { randomUUID } from 'node:crypto';
import type { Schema } from '@box-office/api-client';
import {
  detachedPurchaseWorkflowId,
  cancellationWorkflowId,
  batchWorkflowId,
  RESOLVE_UPDATE,
  type ResolveAction,
  type ResolveReply,
  type ResolveRequest,
} from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { lockAuditLog } from '@box-office/database/testing';
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
/** Purchases that need an operator. They get stuck at the same time, to save time. */
let failing: StuckPurchase;
let notCaptured: StuckPurchase;
let notRefunded: StuckPurchase;
let detached: StuckPurchase;

interface StuckPurchase {
  readonly eventId: string;
  readonly purchaseId: string;
  readonly first: Answer | null;
  readonly repeat: () => Promise<Answer>;
}

beforeAll(async () => {
  system = await startTestSystem(undefined, { PURCHASE_WAIT_MS: '1000' });
  stores = await openStoreAccess(system);
  [failing, notCaptured, notRefunded, detached] = await Promise.all([
    bought('pm_fail_1000+void_fail_1000'),
    bought('pm_capture_fail_1000'),
    bought('pm_refund_fail_1000'),
    boughtInBatch('pm_capture_fail_1000'),
  ]);
  await finished(notRefunded.repeat, 201);
  await system.call('POST', `/api/purchases/${notRefunded.purchaseId}/cancel`, { body: { reason: 'ill' } });
});
afterAll(async () => {
  await stores.close();
  await system.close();
});

async function bought(method: string): Promise<StuckPurchase> {
  const { id: eventId } = await system.createEvent({ total: 3, priceMinor: PRICE_MINOR });
  const buyer = { as: newBuyer(), key: randomUUID() };
  const repeat = () => system.buy({ eventId, quantity: 1, payment: { method } }, buyer);
  const first = await repeat();
  return { eventId, purchaseId: first.body.purchaseId, first, repeat };
}

/** The second of two purchases in a batch. It is detached when the provider fails. */
async function boughtInBatch(method: string): Promise<StuckPurchase> {
  const { id: eventId } = await system.createEvent({ total: 3, priceMinor: PRICE_MINOR });
  const batch = await startBatch(stores.temporal, batchWorkflowId(randomUUID()), eventId, ['pm_approve', method]);
  const purchaseId = batch.purchaseIds[1] ?? '';
  const repeat = () => system.call('GET', `/api/purchases/${purchaseId}`);
  return { eventId, purchaseId, first: null, repeat };
}

/** The entry of a purchase in the paged list of purchases that need an operator. */
async function listed(purchaseId: string): Promise<Schema<'NeedsIntervention'>> {
  let after: string | null | undefined;
  while (after !== null) {
    const query = { limit: 2, ...(after !== undefined && { after }) };
    const { data } = await system.operator.GET('/api/operations/attention', { params: { query } });
    const found = data?.purchases.find((entry) => entry.purchaseIds.includes(purchaseId));
    if (found) return found;
    after = data?.next ?? null;
  }
  throw new Error(`${purchaseId} is not listed`);
}
const untilListed = (purchaseId: string) => until(() => listed(purchaseId), STUCK_MS);

const resolve = (purchaseId: string, action: ResolveAction, o: { reason: string; method?: string; key?: string }) =>
  system.call('POST', `/api/operations/purchases/${purchaseId}/resolve`, {
    as: 'olga',
    body: { action, reason: o.reason, ...(o.method !== undefined && { paymentMethod: o.method }) },
    ...(o.key !== undefined && { headers: { 'idempotency-key': o.key } }),
  });

async function decisionsOn(purchaseId: string): Promise<string[]> {
  const { rows } = await system.pool.query<{ line: string }>(
    `select concat_ws(' ', actor, details ->> 'actorVerified', details ->> 'channel', details ->> 'action', details ->> 'step', '-', details ->> 'reason') as line
       from audit_logs where purchase_id = $1 and kind = 'operator' order by id`,
    [purchaseId],
  );
  return rows.map(({ line }) => line);
}

async function availableOf(eventId: string): Promise<number | undefined> {
  const counts = await stores.inventory.readAvailability(eventId);
  return counts.kind === 'counted' ? counts.event.ticketTypes[0]?.available : undefined;
}

const finished = (repeat: () => Promise<Answer>, status: number) =>
  until(async () => {
    const answer = await repeat();
    expect(answer.status).toBe(status);
    return answer;
  }, STUCK_MS);

describe('the list of purchases that need an operator', () => {
  it('refuses a cursor that it did not issue', async () => {
    const { status, body } = await system.call('GET', '/api/operations/attention?after=abc');
    expect([status, body.type]).toEqual([422, '/problems/invalid-request']);
  });
});

describe('a purchase whose payment cannot be authorised', () => {
  it('is open for its buyer and is listed with step and cause, until an operator names another payment method', async () => {
    const { eventId, purchaseId, first, repeat } = failing;
    expect(first?.status).toBe(202);
    const waiting = await untilListed(purchaseId);
    expect(waiting).toMatchObject({ purchaseIds: [purchaseId], eventIds: [eventId], step: 'authorise' });
    expect(waiting.userIds).toHaveLength(1);
    expect(waiting.cause).toMatch(/503/);
    expect(Date.now() - Date.parse(waiting.since)).toBeGreaterThan(5_000);
    expect(waiting.details).toMatch(/^\*\*Status:\*\* `needs_attention` since .*, `EUR 25\.00`\.\n/);
    expect(waiting.details).toMatch(/\*\*Needs an operator:\*\* `authorise` has failed since .* \(.*503.*\)/);
    await until(async () => expect(await workflowsNeedingAttention()).toBeGreaterThanOrEqual(1), 20_000);
    expect((await repeat()).status).toBe(202);
    const shown = await system.call('GET', `/api/purchases/${purchaseId}`);
    expect(shown).toMatchObject({ status: 200, body: { status: 'open' } });

    const decision = { reason: 'the buyer has another card', method: 'pm_approve', key: randomUUID() };
    const both = await Promise.all([
      resolve(purchaseId, 'correct', decision),
      resolve(purchaseId, 'correct', decision),
    ]);
    for (const { status, body } of both) {
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { purchaseId, step: 'authorise', action: 'correct' },
      });
      // One of the two answers names the next decision, which follows below.
      expect(JSON.stringify(body)).toMatch(/asked again, at the step undoPayment|decided before/);
    }
    // The reversal fails as well: an operator has to ask the provider whether an authorisation is still open.
    const skipped = await until(async () => {
      const answer = await resolve(purchaseId, 'skip', { reason: 'the provider has nothing' });
      expect(answer.status).toBe(200);
      return answer;
    }, STUCK_MS);
    expect(skipped.body).toMatchObject({ step: 'undoPayment', action: 'skip' });
    const done = await finished(repeat, 201);
    expect(done.body.purchaseId).toBe(purchaseId);
    expect(await validSerials(system, eventId)).toEqual([1]);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: 0, captures: 1 });
    expect(await resolve(purchaseId, 'correct', decision)).toMatchObject({ status: 200, body: { step: 'authorise' } });
    expect(await decisionsOn(purchaseId)).toEqual([
      'olga true api correct authorise - the buyer has another card',
      'olga true api skip undoPayment - the provider has nothing',
    ]);
    await until(async () => expect(listed(purchaseId)).rejects.toThrow('is not listed'));
    expect(await resolve(purchaseId, 'retry', { reason: 'too late' })).toMatchObject({
      status: 409,
      body: { type: '/problems/nothing-to-resolve' },
    });
  });
});

async function workflowsNeedingAttention(): Promise<number> {
  const text = await (await fetch(`${system.services.api[0]?.healthUrl}/metrics`)).text();
  return Number(/^workflows_needing_attention (\S+)$/m.exec(text)?.[1]);
}

describe('a purchase whose payment cannot be captured', () => {
  it('is undone when an operator decides to compensate: no money, no ticket, and the capacity is returned', async () => {
    const { eventId, purchaseId, repeat } = notCaptured;
    expect(await untilListed(purchaseId)).toMatchObject({ step: 'capture' });
    expect(await resolve(purchaseId, 'correct', { reason: 'no', method: 'pm_approve' })).toMatchObject({
      status: 409,
      body: { type: '/problems/resolution-refused', detail: '`capture` cannot be resolved by correct' },
    });
    expect((await resolve(purchaseId, 'retry', { reason: 'once more' })).status).toBe(200);
    await untilCompensated(purchaseId);
    expect((await finished(repeat, 409)).body.type).toBe('/problems/purchase-undone');
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });
    expect(await validSerials(system, eventId)).toEqual([]);
    expect(await availableOf(eventId)).toBe(3);
    expect(await decisionsOn(purchaseId)).toEqual([
      'olga true api retry capture - once more',
      'olga true api compensate capture - gone',
    ]);
  });

  it('is listed with its detached workflow and undone without the other purchases of its batch', async () => {
    const { eventId, purchaseId, repeat } = detached;
    expect(await untilListed(purchaseId)).toMatchObject({
      workflowId: detachedPurchaseWorkflowId(purchaseId),
      step: 'capture',
      purchaseIds: [purchaseId],
    });
    await untilCompensated(purchaseId);
    await until(async () => expect((await repeat()).body).toMatchObject({ status: 'undone' }), STUCK_MS);
    expect(await validSerials(system, eventId)).toHaveLength(1);
    await until(async () => expect(await availableOf(eventId)).toBe(2));
  });

  /** Retries, because after an operator's retry the step must first fail again. */
  const untilCompensated = (purchaseId: string) =>
    until(async () => expect((await resolve(purchaseId, 'compensate', { reason: 'gone' })).status).toBe(200), STUCK_MS);
});

describe('a cancellation whose refund cannot be made', () => {
  it('continues when an operator has refunded by hand and skips the step', async () => {
    const { eventId, purchaseId } = notRefunded;
    const cancellationId = cancellationIdOf(purchaseId, null);
    expect(await untilListed(purchaseId)).toMatchObject({
      workflowId: cancellationWorkflowId(cancellationId),
      step: 'refund',
    });
    const shown = () => system.call('GET', `/api/cancellations/${cancellationId}`);
    expect((await shown()).body).toMatchObject({ status: 'refunding' });
    const key = randomUUID();
    const skip = () => resolve(purchaseId, 'skip', { reason: 'paid back in cash', key });
    expect((await skip()).body).toMatchObject({ purchaseId, step: 'refund', action: 'skip' });
    await until(async () => expect((await shown()).body).toMatchObject({ status: 'cancelled' }), STUCK_MS);
    expect((await skip()).status).toBe(200);
    await until(async () => expect(await availableOf(eventId)).toBe(3));
    expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: 0, captures: 1 });
    expect(await decisionsOn(purchaseId)).toEqual(['olga true api skip refund - paid back in cash']);
  });
});

describe('a lone purchase whose step ends while the decision about it is being recorded', () => {
  it('continues beside the recording without a local activity', async () => {
    const { id: eventId } = await system.createEvent({ total: 1 });
    const methods = ['pm_capture_fail_7'];
    const batch = await startBatch(stores.temporal, batchWorkflowId(randomUUID()), eventId, methods, {
      fastPath: false,
    });
    const [purchaseId = ''] = batch.purchaseIds;
    const decision: ResolveRequest = { action: 'retry', operator: 'olga', reason: 'at once' };
    const decided = until(
      () => batch.handle.executeUpdate<ResolveReply, [ResolveRequest]>(RESOLVE_UPDATE, { args: [decision] }),
      STUCK_MS,
    );
    const unlock = await lockAuditLog(stores.owner);
    try {
      const shown = () => system.call('GET', `/api/purchases/${purchaseId}`);
      await until(async () => expect((await shown()).body).toMatchObject({ status: 'confirmed' }), STUCK_MS);
    } finally {
      await unlock();
    }
    expect((await decided).next).toMatch(/ended before/);
    await batch.handle.result();

    const { events } = await batch.handle.fetchHistory();
    const accepted = events?.findIndex((one) => one.workflowExecutionUpdateAcceptedEventAttributes);
    const isLocal = events?.map((one) => Boolean(one.markerRecordedEventAttributes)) ?? [];
    expect(isLocal.slice(0, accepted)).toContain(true);
    expect(isLocal.slice(accepted)).not.toContain(true);
  });
});
