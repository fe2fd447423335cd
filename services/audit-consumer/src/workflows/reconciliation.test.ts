import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ReconciliationCounts, ReconciliationRequest } from '@box-office/contract';
import { Client, ScheduleOverlapPolicy } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AuditActivities } from '../activities/index.js';

const taskQueue = `reconciliation-${randomUUID()}`;
const NOTHING = { found: 0, handedOver: 0, due: [], hasMore: false };
let connection: NativeConnection;
let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('./index.ts', import.meta.url));
  workflowBundle = await bundleWorkflowCode({ workflowsPath });
  connection = await NativeConnection.connect({ address: inject('stack').temporalAddress });
});
afterAll(() => connection.close());

/** Runs a reconciliation with these activities. Returns what it records at its end, and whether it failed. */
const run = (request: ReconciliationRequest, activities: Partial<AuditActivities>) =>
  runWorkflow('reconciliation', [request], activities);

async function runWorkflow(type: string, args: unknown[], activities: Partial<AuditActivities>) {
  const recorded: ReconciliationCounts[] = [];
  const worker = await createWorker({
    finishReconciliationRun: async (_: string, counts: ReconciliationCounts) => void recorded.push(counts),
    ...activities,
  });
  const client = new Client({ connection, namespace: inject('stack').temporalNamespace });
  const ended = client.workflow.execute(type, { taskQueue, workflowId: randomUUID(), args });
  const hasFailed = await worker.runUntil(
    ended.then(
      () => false,
      () => true,
    ),
  );
  return { recorded, hasFailed };
}

function createWorker(activities: Partial<AuditActivities>): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: inject('stack').temporalNamespace,
    taskQueue,
    workflowBundle,
    activities: {
      beginReconciliationRun: async () => ({ startedAt: new Date().toISOString(), recheckDelayMs: 1 }),
      recoverPurchases: async () => 0,
      recoverCancellations: async () => 0,
      recoverHolds: async () => 0,
      recoverUnclaimed: async () => ({ recovered: 0, closedUntil: null }),
      findStalled: async () => 0,
      closeFinishedFindings: async () => undefined,
      checkStatement: async () => ({ purchaseIds: [], candidates: [], hasMore: false }),
      confirmStatement: async () => NOTHING,
      listEventsToCheck: async () => ({ events: [], inTurn: true }),
      ...activities,
    },
  });
}

describe('a reconciliation run', () => {
  it('records how many steps failed, also those before it continued as new', async () => {
    const from = {
      counts: { events: 500, recovered: 0, found: 0, repaired: 0, handedOver: 0, failedSteps: 1 },
      inTurn: 0,
    };
    expect(await run({ requestedBy: 'olga', scope: 'all', from }, {})).toMatchObject({
      recorded: [{ events: 500, failedSteps: 1 }],
      hasFailed: true,
    });

    const isAway = async (): Promise<never> => {
      throw ApplicationFailure.nonRetryable('the provider is unavailable');
    };
    expect(await run({ requestedBy: 'olga', scope: 'all' }, { checkStatement: isAway })).toMatchObject({
      recorded: [{ failedSteps: 1, paymentsLeft: false }],
      hasFailed: true,
    });
  });

  it('reads on for an operator until all payments are compared, or says that some are left', async () => {
    for (const { requestedBy, parts, checks, paymentsLeft } of [
      { requestedBy: 'olga', parts: 3, checks: 3, paymentsLeft: false },
      { requestedBy: 'olga', parts: 99, checks: 20, paymentsLeft: true },
      { requestedBy: 'schedule', parts: 3, checks: 1, paymentsLeft: true },
    ]) {
      const from: (number | undefined)[] = [];
      const checkStatement = async (firstTurn?: number) => {
        from.push(firstTurn);
        return { purchaseIds: [], candidates: [], hasMore: false };
      };
      const confirmStatement = async () => ({ ...NOTHING, hasMore: from.length < parts, firstTurn: 7 });
      const result = await run({ requestedBy, scope: 'all' }, { checkStatement, confirmStatement });
      expect(result).toMatchObject({ recorded: [{ failedSteps: 0, paymentsLeft }] });
      expect(from).toEqual(Array.from({ length: checks }, (_, n) => (n === 0 ? undefined : 7)));
    }
  });
});

describe('a recovery run', () => {
  it('fails if one of its steps does, after the others', async () => {
    const taken: string[] = [];
    const activities: Partial<AuditActivities> = {
      recoverPurchases: async () => {
        throw ApplicationFailure.nonRetryable('one purchase cannot be recovered');
      },
      recoverUnclaimed: async () => ({ recovered: 0, closedUntil: new Date().toISOString() }),
      recoverHolds: async () => {
        taken.push('recoverHolds');
        return 0;
      },
    };
    expect(await runWorkflow('recovery', [], activities)).toMatchObject({ hasFailed: true });
    expect(taken).toEqual(['recoverHolds']);
    expect(await runWorkflow('recovery', [], {})).toMatchObject({ hasFailed: false });
  });

  it('continues where the previous one came to, also if another step of that one failed', async () => {
    const closedFrom: (string | null)[] = [];
    const worker = await createWorker({
      recoverUnclaimed: async (_, from) => ({ recovered: 0, closedUntil: `run ${closedFrom.push(from)}` }),
      recoverHolds: async () => {
        if (closedFrom.length === 2) throw ApplicationFailure.nonRetryable('one hold cannot be ended');
        return 0;
      },
    });
    const client = new Client({ connection, namespace: inject('stack').temporalNamespace });
    const schedule = await client.schedule.create({
      scheduleId: randomUUID(),
      spec: {},
      action: { type: 'startWorkflow', workflowType: 'recovery', workflowId: randomUUID(), taskQueue },
    });
    try {
      await worker.runUntil(async () => {
        for (let run = 1; run <= 4; run++) {
          await schedule.trigger(ScheduleOverlapPolicy.BUFFER_ALL);
          await expect.poll(() => closedFrom.length, { timeout: 20_000 }).toBe(run);
        }
      });
    } finally {
      await schedule.delete();
    }
    expect(closedFrom).toEqual([null, 'run 1', 'run 2', 'run 3']);
  });
});
