import { randomUUID } from 'node:crypto';
import {
  groupWorkflowId,
  purchaseWorkflowId,
  type PurchaseOutcome,
  type PurchaseWorkflowResult,
} from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ledgerOf, newBuyer, openOffice, paymentsOf, validSerials, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import { startList } from './purchase-list.js';
import { openBackstage, type Backstage } from './reconciliation/backstage.js';

const PRICE_MINOR = 2_500;
const TOTAL = 10;
const soldOnce = { captured: PRICE_MINOR, refunded: 0, captures: 1 };
const nothingKept = { captured: 0, refunded: 0, captures: 0 };
let office: Office;
let backstage: Backstage;

beforeAll(async () => {
  // Whose payment is quick stays in its group, also on a busy machine.
  office = await openOffice(undefined, { PURCHASE_WAIT_MS: '1000', PAYMENT_SOFT_DEADLINE_MS: '2000' });
  backstage = await openBackstage(office);
});
afterAll(async () => {
  await backstage.close();
  await office.close();
});

const newEvent = async (): Promise<string> => (await office.createEvent({ total: TOTAL, priceMinor: PRICE_MINOR })).id;

/** Has a workflow run again as the Temporal UI's "Reset" does: from its first task on, or from its last. Answers when it is over. */
async function reset(workflowId: string, from: 'first' | 'last'): Promise<void> {
  const { workflow, workflowService } = backstage.temporal;
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
  const { rows } = await office.pool.query<Row>(
    'select id, status, epoch from event_ticket_transactions where event_id = $1',
    [eventId],
  );
  return rows;
}

async function outcomesOf(eventId: string): Promise<{ readonly id: string; readonly outcome: PurchaseOutcome }[]> {
  const { rows } = await office.pool.query<{ id: string; outcome: PurchaseOutcome }>(
    'select id, outcome from event_ticket_transactions where event_id = $1 order by id',
    [eventId],
  );
  return rows;
}

/** Everything that was sold of an event is in every store, once. */
async function soldExactly(eventId: string, count: number): Promise<void> {
  await until(async () => {
    expect(await ledgerOf(office, eventId)).toEqual({ capacity: TOTAL - count, ledger: count, audit: count });
  }, 30_000);
  expect(await validSerials(office, eventId)).toHaveLength(count);
  const look = await backstage.inventory.look(eventId);
  expect(look).toMatchObject({ event: { ticketTypes: [{ available: TOTAL - count, held: 0, sold: count }] } });
}

describe('a lone purchase that is reset', () => {
  it.each(['first', 'last'] as const)(
    'when it is finished, to its %s task, sells nothing again and answers the same',
    async (from) => {
      const eventId = await newEvent();
      const who = { as: newBuyer(), key: randomUUID() };
      const buy = () => office.buy({ eventId, quantity: 1 }, who);
      const { body } = await until(async () => {
        const answer = await buy();
        expect(answer.status).toBe(201);
        return answer;
      });
      await soldExactly(eventId, 1);
      await backstage.temporal.workflow.getHandle(purchaseWorkflowId(body.purchaseId)).result();
      await reset(purchaseWorkflowId(body.purchaseId), from);
      await soldExactly(eventId, 1);
      expect(await paymentsOf(body.purchaseId)).toEqual(soldOnce);
      expect(await buy()).toMatchObject({ status: 201, body });
    },
    60_000,
  );

  it('while its payment is under way is charged once, under the next epoch', async () => {
    const eventId = await newEvent();
    const who = { as: newBuyer(), key: randomUUID() };
    const buy = () => office.buy({ eventId, quantity: 1, payment: { method: 'pm_slow_capture_5000' } }, who);
    const asked = buy();
    const { id } = await until(async () => {
      const [row] = await rowsOf(eventId);
      expect(row?.status).toBe('persisted');
      return row as Row;
    });
    await reset(purchaseWorkflowId(id), 'first');
    await asked;
    await until(async () => expect((await buy()).status).toBe(201));
    expect(await rowsOf(eventId)).toMatchObject([{ status: 'confirmed', epoch: 2 }]);
    await soldExactly(eventId, 1);
    expect(await paymentsOf(id)).toEqual(soldOnce);
  }, 60_000);
});

describe('a group of purchases that is reset', () => {
  it('when it is finished sells nothing again, and refuses whom it refused', async () => {
    const eventId = await newEvent();
    const workflowId = groupWorkflowId(randomUUID());
    const methods = ['pm_approve', 'pm_decline_stolen_card', 'pm_approve', 'pm_capture_refused', 'pm_approve'];
    const { handle, purchaseIds } = await startList(backstage.temporal, workflowId, eventId, methods);
    const result: unknown = await handle.result();
    const before = { result: sorted(result), outcomes: await outcomesOf(eventId) };
    const kinds = before.outcomes.map(({ outcome }) => outcome.kind).toSorted();
    expect(kinds).toEqual(['confirmed', 'confirmed', 'confirmed', 'declined', 'undone']);
    await soldExactly(eventId, 3);
    await reset(workflowId, 'first');
    expect(sorted(await backstage.temporal.workflow.getHandle(workflowId).result())).toEqual(before.result);
    expect(await outcomesOf(eventId)).toEqual(before.outcomes);
    await soldExactly(eventId, 3);
    await charged(purchaseIds, [soldOnce, nothingKept, soldOnce, nothingKept, soldOnce]);
  }, 60_000);

  it('while one is being undone and one has left it charges and sells each once', async () => {
    const eventId = await newEvent();
    const workflowId = groupWorkflowId(randomUUID());
    const undoneSlowly = 'pm_capture_refused+slow_void_8000';
    const methods = ['pm_approve', 'pm_slow_4000', undoneSlowly, 'pm_approve'];
    const { purchaseIds } = await startList(backstage.temporal, workflowId, eventId, methods);
    await until(async () => {
      const statuses = (await rowsOf(eventId)).map(({ status }) => status);
      expect(statuses).toEqual(expect.arrayContaining(['confirmed', 'undoing']));
    }, 30_000);
    await reset(workflowId, 'first');
    await until(async () => {
      const statuses = (await rowsOf(eventId)).map(({ status }) => status).sort();
      expect(statuses).toEqual(['confirmed', 'confirmed', 'confirmed', 'undone']);
    }, 30_000);
    await soldExactly(eventId, 3);
    await charged(purchaseIds, [soldOnce, soldOnce, nothingKept, soldOnce]);
  }, 60_000);

  function sorted(result: unknown): PurchaseWorkflowResult {
    const { outcomes, elsewhere } = result as PurchaseWorkflowResult;
    const ofKinds = Object.entries(outcomes).map(([kind, ids]) => [kind, ids.toSorted()] as const);
    return { outcomes: Object.fromEntries(ofKinds), elsewhere: elsewhere.toSorted() };
  }

  async function charged(purchaseIds: readonly string[], expected: readonly object[]): Promise<void> {
    expect(await Promise.all(purchaseIds.map(paymentsOf))).toEqual(expected);
  }
});
