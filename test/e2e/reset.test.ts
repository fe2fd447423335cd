import { randomUUID } from 'node:crypto';
import {
  batchWorkflowId,
  purchaseWorkflowId,
  type PurchaseOutcome,
  type PurchaseWorkflowResult,
} from '@box-office/contract';
import { holdIdOf } from '@box-office/contract/derive';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  ledgerOf,
  newBuyer,
  startTestSystem,
  paymentsOf,
  validSerials,
  type TestSystem,
} from '../support/test-system.js';
import { until } from '../support/until.js';
import { startBatch } from './purchase-batch.js';
import { openStoreAccess, type StoreAccess } from './reconciliation/store-access.js';

const PRICE_MINOR = 2_500;
const TOTAL = 10;
const soldOnce = { captured: PRICE_MINOR, refunded: 0, captures: 1 };
const nothingKept = { captured: 0, refunded: 0, captures: 0 };
let system: TestSystem;
let stores: StoreAccess;

beforeAll(async () => {
  // A fast payment stays in its batch, also on a busy machine.
  system = await startTestSystem(undefined, { PURCHASE_WAIT_MS: '1000', PAYMENT_SOFT_DEADLINE_MS: '2000' });
  stores = await openStoreAccess(system);
});
afterAll(async () => {
  await stores.close();
  await system.close();
});

const newEvent = async (): Promise<string> => (await system.createEvent({ total: TOTAL, priceMinor: PRICE_MINOR })).id;

/**
 * Resets a workflow to its first or last completed task, as the Temporal UI does, and waits for the result of the new
 * run.
 */
async function reset(workflowId: string, from: 'first' | 'last'): Promise<void> {
  const { workflow, workflowService } = stores.temporal;
  const handle = workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const tasks = await until(async () => {
    const { events } = await handle.fetchHistory();
    const completed = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
    expect(completed.length).toBeGreaterThan(0);
    return completed;
  });
  const task = from === 'first' ? tasks[0] : tasks.at(-1);
  const reply = await workflowService.resetWorkflowExecution({
    namespace: inject('stack').temporalNamespace,
    workflowExecution: { workflowId, runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: task?.eventId ?? null,
  });
  await workflow.getHandle(workflowId, reply.runId).result();
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly epoch: number;
}

async function rowsOf(eventId: string): Promise<Row[]> {
  const { rows } = await system.pool.query<Row>(
    'select id, status, epoch from event_ticket_transactions where event_id = $1',
    [eventId],
  );
  return rows;
}

async function outcomesOf(eventId: string): Promise<{ readonly id: string; readonly outcome: PurchaseOutcome }[]> {
  const { rows } = await system.pool.query<{ id: string; outcome: PurchaseOutcome }>(
    'select id, outcome from event_ticket_transactions where event_id = $1 order by id',
    [eventId],
  );
  return rows;
}

/** Expects exactly `count` sold and `held` held tickets of an event in every store. */
async function expectSold(eventId: string, count: number, held = 0): Promise<void> {
  await until(async () => {
    expect(await ledgerOf(system, eventId)).toEqual({ capacity: TOTAL - count, ledger: count, audit: count });
  }, 30_000);
  expect(await validSerials(system, eventId)).toHaveLength(count);
  const counts = await stores.inventory.readAvailability(eventId);
  const ofType = { available: TOTAL - count - held, held, sold: count };
  expect(counts).toMatchObject({ event: { ticketTypes: [ofType] } });
}

describe('a single purchase that is reset', () => {
  it.each(['first', 'last'] as const)(
    'when it is finished, to its %s task, sells nothing again and answers the same',
    async (from) => {
      const eventId = await newEvent();
      const buyer = { as: newBuyer(), key: randomUUID() };
      const buy = () => system.buy({ eventId, quantity: 1 }, buyer);
      const { body } = await until(async () => {
        const answer = await buy();
        expect(answer.status).toBe(201);
        return answer;
      });
      await expectSold(eventId, 1);
      await stores.temporal.workflow.getHandle(purchaseWorkflowId(body.purchaseId)).result();
      await reset(purchaseWorkflowId(body.purchaseId), from);
      await expectSold(eventId, 1);
      expect(await paymentsOf(body.purchaseId)).toEqual(soldOnce);
      expect(await buy()).toMatchObject({ status: 201, body });
    },
  );

  it('while its payment is under way is charged once, under the next epoch', async () => {
    const eventId = await newEvent();
    const buyer = { as: newBuyer(), key: randomUUID() };
    const buy = () => system.buy({ eventId, quantity: 1, payment: { method: 'pm_slow_capture_5000' } }, buyer);
    const requested = buy();
    const { id } = await until(async () => {
      const [row] = await rowsOf(eventId);
      expect(row?.status).toBe('persisted');
      return row as Row;
    });
    await reset(purchaseWorkflowId(id), 'first');
    await requested;
    await until(async () => expect((await buy()).status).toBe(201));
    expect(await rowsOf(eventId)).toMatchObject([{ status: 'confirmed', epoch: 2 }]);
    await expectSold(eventId, 1);
    expect(await paymentsOf(id)).toEqual(soldOnce);
  });
});

describe('a batch of purchases that is reset', () => {
  it('when it is finished sells nothing again, and refuses whom it refused', async () => {
    const eventId = await newEvent();
    const workflowId = batchWorkflowId(randomUUID());
    const methods = ['pm_approve', 'pm_decline_stolen_card', 'pm_approve', 'pm_capture_refused', 'pm_approve'];
    const { handle, purchaseIds } = await startBatch(stores.temporal, workflowId, eventId, methods);
    const result: unknown = await handle.result();
    const before = { result: sorted(result), outcomes: await outcomesOf(eventId) };
    const kinds = before.outcomes.map(({ outcome }) => outcome.kind).toSorted();
    expect(kinds).toEqual(['confirmed', 'confirmed', 'confirmed', 'declined', 'undone']);
    await expectSold(eventId, 3);
    await reset(workflowId, 'first');
    expect(sorted(await stores.temporal.workflow.getHandle(workflowId).result())).toEqual(before.result);
    expect(await outcomesOf(eventId)).toEqual(before.outcomes);
    await expectSold(eventId, 3);
    await expectCharged(purchaseIds, [soldOnce, nothingKept, soldOnce, nothingKept, soldOnce]);
  });

  it('while one purchase is being undone and one is detached charges and sells each once', async () => {
    const eventId = await newEvent();
    const workflowId = batchWorkflowId(randomUUID());
    const undoneSlowly = 'pm_capture_refused+slow_void_8000';
    const methods = ['pm_approve', 'pm_slow_4000', undoneSlowly, 'pm_approve'];
    const { purchaseIds } = await startBatch(stores.temporal, workflowId, eventId, methods);
    await until(async () => {
      const statuses = (await rowsOf(eventId)).map(({ status }) => status);
      expect(statuses).toEqual(expect.arrayContaining(['confirmed', 'undoing']));
    }, 30_000);
    await reset(workflowId, 'first');
    await until(async () => {
      const statuses = (await rowsOf(eventId)).map(({ status }) => status).sort();
      expect(statuses).toEqual(['confirmed', 'confirmed', 'confirmed', 'undone']);
    }, 30_000);
    await expectSold(eventId, 3);
    await expectCharged(purchaseIds, [soldOnce, soldOnce, nothingKept, soldOnce]);
  });

  it('when all others are detached begins none that it refused because its hold was in use', async () => {
    const eventId = await newEvent();
    const [userId, key] = [newBuyer(), randomUUID()];
    const taken = await system.call('POST', '/api/tickets/holds', {
      as: userId,
      role: 'buyer',
      headers: { 'idempotency-key': key },
      body: { eventId, quantity: 1 },
    });
    expect(taken.status).toBe(201);
    const holdId = holdIdOf('POST /api/tickets/holds', userId, key);
    const changes = [{ userId, holdId }];
    const undoneSlowly = 'pm_capture_refused+slow_void_8000';
    const user = await startBatch(stores.temporal, batchWorkflowId(randomUUID()), eventId, [undoneSlowly], { changes });
    await until(async () => expect(await rowsOf(eventId)).toMatchObject([{ status: 'undoing' }]), 30_000);
    const workflowId = batchWorkflowId(randomUUID());
    const batch = await startBatch(stores.temporal, workflowId, eventId, ['pm_approve', 'pm_slow_4000'], { changes });
    await Promise.all([user.handle.result(), batch.handle.result()]);
    await until(async () => {
      const statuses = (await rowsOf(eventId)).map(({ status }) => status).sort();
      expect(statuses).toEqual(['confirmed', 'undone']);
    }, 30_000);
    await reset(workflowId, 'first');
    expect(await rowsOf(eventId)).toHaveLength(2);
    await expectSold(eventId, 1, 1);
    await expectCharged(batch.purchaseIds, [nothingKept, soldOnce]);
  });

  function sorted(result: unknown): PurchaseWorkflowResult {
    const { outcomes, elsewhere } = result as PurchaseWorkflowResult;
    const ofKinds = Object.entries(outcomes).map(([kind, ids]) => [kind, ids.toSorted()] as const);
    return { outcomes: Object.fromEntries(ofKinds), elsewhere: elsewhere.toSorted() };
  }

  async function expectCharged(purchaseIds: readonly string[], expected: readonly object[]): Promise<void> {
    expect(await Promise.all(purchaseIds.map(paymentsOf))).toEqual(expected);
  }
});
