import { randomUUID } from 'node:crypto';
import { holdWorkflowId, type InterventionReport } from '@box-office/contract';
import { refuseHold } from '@box-office/database';
import { openTestDatabase, type TestDatabase } from '@box-office/database/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { soldEvent } from '../testing/sold-event.js';
import { onlyQuiescent } from './confirm-findings.js';
import { findInProgress } from './in-progress.js';
import type { TemporalWorkflows, WorkflowState } from './temporal-workflows.js';

const IDLE_MS = 90_000;
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase(inject('stack'));
});
afterAll(() => database.close());

const closed = (status: string, agoMs: number): WorkflowState => ({
  kind: 'closed',
  completed: status === 'COMPLETED',
  status,
  closedAtMs: Date.now() - agoMs,
});

async function isInProgress(holdId: string, state: WorkflowState): Promise<boolean> {
  const unknown: WorkflowState = { kind: 'closed', completed: false, status: 'unknown', closedAtMs: null };
  const stateOf: TemporalWorkflows['stateOf'] = async (id) => (id === holdWorkflowId(holdId) ? state : unknown);
  const deps = { pool: database.pool, workflows: { stateOf } as TemporalWorkflows, idleMs: IDLE_MS, stalledMs: 0 };
  return (await findInProgress(deps, [holdId])).has(holdId);
}

describe('a hold that has no row', () => {
  it.each<[string, boolean, WorkflowState]>([
    ['in progress', true, { kind: 'running', runId: '1', needsOperator: false }],
    ['in progress: recovery starts it again', true, closed('TERMINATED', IDLE_MS + 1_000)],
    ['not in progress: recovery did not start it', false, closed('TERMINATED', 2 * IDLE_MS + 1_000)],
    ['not in progress: it has ended', false, closed('COMPLETED', 0)],
  ])('is %s', async (_, expected, state) => {
    expect(await isInProgress(randomUUID(), state)).toBe(expected);
  });
});

describe('a hold that has its row', () => {
  it('is not in progress when its workflow was just terminated', async () => {
    const holdId = randomUUID();
    const order = { holdId, fingerprint: 'f', userId: 'ann', eventId: 'none', items: [], durationMs: 0 };
    await refuseHold(
      database.pool,
      { ...order, requestId: 'request', ownerWorkflowId: holdWorkflowId(holdId) },
      { reason: 'unknown_event' },
    );
    expect(await isInProgress(holdId, closed('TERMINATED', 0))).toBe(false);
  });
});

describe('a confirmed purchase whose workflow is open', () => {
  const isStalled = async (stalledMs: number, report: InterventionReport | null, unlessStalled = true) => {
    const workflows: Partial<TemporalWorkflows> = {
      stateOf: async () => ({ kind: 'running', runId: '1', needsOperator: false }),
      interventionReportOf: async () => report,
    };
    const deps = { pool: database.pool, workflows: workflows as TemporalWorkflows, idleMs: IDLE_MS, stalledMs };
    return !(await findInProgress(deps, [purchaseId], { unlessStalled })).has(purchaseId);
  };
  let purchaseIds: string[];
  let purchaseId: string;
  beforeAll(async () => {
    ({ purchaseIds } = await soldEvent(database, Array<number>(40).fill(1)));
    [purchaseId = ''] = purchaseIds;
  });
  const trying = (id: string): InterventionReport =>
    ({ stuck: [{ purchaseIds: [id] }] }) as unknown as InterventionReport;

  it('is in progress, but for what may be repeated once it is old and the workflow tries none of its steps', async () => {
    expect(await isStalled(-1, null)).toBe(true);
    expect(await isStalled(-1, trying('other'))).toBe(true);
    expect(await isStalled(-1, trying(purchaseId))).toBe(false);
    expect(await isStalled(60_000, null)).toBe(false);
    expect(await isStalled(-1, null, false)).toBe(false);
  });

  it('does not delay a message that is to be published again, but delays what an operator has to decide', async () => {
    const workflows: Partial<TemporalWorkflows> = {
      stateOf: async () => ({ kind: 'running', runId: '1', needsOperator: false }),
      interventionReportOf: async () => null,
    };
    const deps = { pool: database.pool, workflows: workflows as TemporalWorkflows, idleMs: IDLE_MS, stalledMs: -1 };
    const about = { kind: 'missing_message', relatedIds: [purchaseId] } as const;
    const message = { ...about, subject: randomUUID() };
    const removedLine = { ...about, subject: `removed line of ${purchaseId}` };
    expect(await onlyQuiescent(deps, [message, removedLine])).toEqual([message]);
  });

  it('is asked once for all of its purchases, and no more workflow is after some that do not answer', async () => {
    const asked: string[] = [];
    const workflows: Partial<TemporalWorkflows> = {
      stateOf: async () => ({ kind: 'running', runId: '1', needsOperator: false }),
      interventionReportOf: async (workflowId) => {
        asked.push(workflowId);
        return null;
      },
    };
    const deps = { pool: database.pool, workflows: workflows as TemporalWorkflows, idleMs: IDLE_MS, stalledMs: -1 };
    expect(await findInProgress(deps, purchaseIds, { unlessStalled: true })).toEqual(new Set());
    expect(asked.filter((workflowId) => workflowId === 'purchase')).toHaveLength(1);
    expect(asked.length).toBeLessThan(20);
  });
});
