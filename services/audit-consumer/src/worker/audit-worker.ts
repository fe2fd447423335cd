import { setTimeout as sleep } from 'node:timers/promises';
import { AUDIT_TASK_QUEUE } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import type { Client } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { AuditActivities } from '../activities/index.js';
import { WORKFLOW_BUNDLE } from '../bundle-path.js';
import { heartbeatWhileRunning } from './heartbeat.js';
import { ensureSchedules, type Intervals } from './schedule.js';

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;
/** What is under way at shutdown is given this long, then it is left to another process. */
const SHUTDOWN_GRACE = '5s';
/**
 * There is a sweep a minute and now and then a request; the messages are this process's first duty. A sweep takes four
 * activities at once at most, and a rebuild one: there is always a place for what recovers.
 */
const LIMITS = {
  maxCachedWorkflows: 20,
  maxConcurrentWorkflowTaskExecutions: 4,
  maxConcurrentActivityTaskExecutions: 10,
  maxConcurrentWorkflowTaskPolls: 2,
  maxConcurrentActivityTaskPolls: 1,
} as const;

/** The part of this process that works for Temporal. */
export interface AuditWorker {
  isReady(): boolean;
  /** Lets what is under way come to its end (bounded). */
  close(): Promise<void>;
}

/**
 * Works on the audit consumer's task queue and keeps its schedule. Begins when Temporal is there and begins again when it
 * was lost: neither keeps the consumers of messages from their work.
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
      try {
        await runOnce();
      } catch (error) {
        o.logger.warn({ err: error }, 'the worker for reconciliation ended; it begins again');
      }
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
