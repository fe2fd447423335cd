import { setTimeout as sleep } from 'node:timers/promises';
import { AUDIT_TASK_QUEUE } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import { heartbeatWhileRunning } from '@box-office/temporal/worker';
import type { Client } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { AuditActivities } from '../activities/index.js';
import { WORKFLOW_BUNDLE } from '../bundle-path.js';
import { ensureSchedules, type Intervals } from './schedule.js';

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;
/** After a run of this length the next retry is a first one again. */
const HEALTHY_AFTER_MS = 60_000;
/** Running activities get this long at shutdown; then another process takes them over. */
const SHUTDOWN_GRACE = '5s';
/**
 * Small, because consuming messages is this process's first task. A reconciliation run takes at most four activity
 * slots and a rebuild one, so that recovery always finds a free slot.
 */
const LIMITS = {
  maxCachedWorkflows: 20,
  maxConcurrentWorkflowTaskExecutions: 4,
  maxConcurrentActivityTaskExecutions: 10,
  maxConcurrentWorkflowTaskPolls: 2,
  maxConcurrentActivityTaskPolls: 1,
} as const;

/** The Temporal worker of this process. */
export interface AuditWorker {
  isReady(): boolean;
  /** Lets running activities finish within the grace time. */
  close(): Promise<void>;
}

/**
 * Polls the audit consumer's task queue and ensures its Schedules. Connects when Temporal answers and reconnects after
 * an outage; the message consumers run independently of it.
 */
export function startAuditWorker(o: {
  temporal: ClientConnectConfig;
  client: Client;
  activities: AuditActivities;
  intervals: Intervals;
  logger: Logger;
}): AuditWorker {
  const closing = new AbortController();
  let worker: Worker | undefined;

  async function runOnce(): Promise<void> {
    await ensureSchedules(o.client, o.intervals);
    const connection = await NativeConnection.connect(o.temporal.connectionOptions);
    try {
      worker = await Worker.create({
        connection,
        ...(o.temporal.namespace !== undefined && { namespace: o.temporal.namespace }),
        taskQueue: AUDIT_TASK_QUEUE,
        workflowBundle: { codePath: WORKFLOW_BUNDLE },
        activities: o.activities,
        interceptors: { activity: [heartbeatWhileRunning] },
        shutdownGraceTime: SHUTDOWN_GRACE,
        ...LIMITS,
      });
      if (closing.signal.aborted) return;
      await worker.run();
    } finally {
      worker = undefined;
      await connection.close();
    }
  }

  async function keepRunning(): Promise<void> {
    for (let waitMs = RETRY_MIN_MS; !closing.signal.aborted; waitMs = Math.min(waitMs * 2, RETRY_MAX_MS)) {
      const startedMs = performance.now();
      try {
        await runOnce();
      } catch (error) {
        o.logger.warn({ err: error }, 'the Temporal worker for reconciliation stopped; it restarts');
      }
      if (performance.now() - startedMs >= HEALTHY_AFTER_MS) waitMs = RETRY_MIN_MS;
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  const running = keepRunning();
  return {
    isReady: () => worker?.getState() === 'RUNNING',
    async close() {
      closing.abort();
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      await running;
    },
  };
}
