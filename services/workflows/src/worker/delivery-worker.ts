import { createPool, runPeriodically, type Logger } from '@box-office/platform';
import { heartbeatWhileRunning } from '@box-office/temporal/worker';
import { Client, type WorkflowStartOptions } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import type pg from 'pg';
import { WORKFLOW_BUNDLE } from './bundle-path.js';

/** What a delivery waits for at most before it begins. */
const POLL_INTERVAL_MS = 1_000;
/** A pool of its own: no purchase waits for a delivery. */
const MAX_CONNECTIONS = 5;
const START_TIMEOUT_MS = 5_000;
/** Then nothing more is begun; what is under way is recorded. */
const SHUTDOWN_GRACE = '2s';

/** What every delivery worker is started with. */
export interface DeliveryWorkerOptions {
  readonly databaseUrl: string;
  readonly temporal: ClientConnectConfig;
  readonly logger: Logger;
  /** What tests replace. */
  readonly replaced?: {
    readonly taskQueue?: string;
    readonly pollIntervalMs?: number;
    readonly bundlePath?: string;
    readonly retryDelaysMs?: readonly number[];
  };
}

/** A workflow that delivers, and its arguments. */
interface DeliveryStart {
  readonly workflow: string;
  readonly workflowId: string;
  readonly args: readonly unknown[];
  readonly summary: string;
}

/** What is delivered: how one kind of delivery differs from another. */
export interface DeliveryKind {
  /** Of the pool, and in logs. */
  readonly name: string;
  readonly taskQueue: string;
  createActivities(pool: pg.Pool): object;
  /** At most so many workflows run, each with one activity at a time. */
  readonly maxConcurrent: number;
  /** The workflows that have something due. Asked every second. */
  findDue(pool: pg.Pool): Promise<readonly DeliveryStart[]>;
}

export interface DeliveryWorker {
  /** Ends when the worker does: after `stop`, or with the error that ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Delivers: polls a task queue of its own, and asks PostgreSQL every second what is due, to start its workflows. With
 * nothing due there is no workflow and no timer in Temporal; a lost start is repeated with the next question.
 */
export async function startDeliveryWorker(o: DeliveryWorkerOptions, kind: DeliveryKind): Promise<DeliveryWorker> {
  const { logger, replaced = {} } = o;
  const { name, maxConcurrent } = kind;
  const taskQueue = replaced.taskQueue ?? kind.taskQueue;
  const namespace = o.temporal.namespace ?? 'default';
  const connection = await NativeConnection.connect(o.temporal.connectionOptions);
  const pool = createPool({ url: o.databaseUrl, applicationName: name, max: MAX_CONNECTIONS, logger });
  try {
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue,
      workflowBundle: { codePath: replaced.bundlePath ?? WORKFLOW_BUNDLE },
      activities: kind.createActivities(pool),
      interceptors: { activity: [heartbeatWhileRunning] },
      shutdownGraceTime: SHUTDOWN_GRACE,
      maxConcurrentActivityTaskExecutions: maxConcurrent,
      maxConcurrentWorkflowTaskExecutions: 4,
      maxConcurrentWorkflowTaskPolls: 2,
      maxConcurrentActivityTaskPolls: 1,
      maxCachedWorkflows: maxConcurrent,
    });
    const client = new Client({ connection, namespace });
    const starts = runPeriodically({
      name: `start the delivery of ${name}`,
      intervalMs: replaced.pollIntervalMs ?? POLL_INTERVAL_MS,
      logger,
      async execute() {
        for (const due of await kind.findDue(pool)) await start(client, taskQueue, due);
        return false;
      },
    });
    const ended = worker.run();
    ended.catch(() => undefined);
    return {
      ended,
      async stop() {
        await starts.stop();
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await ended.catch(() => undefined);
        await Promise.all([pool.end(), connection.close()]);
      },
    };
  } catch (error) {
    await Promise.all([pool.end(), connection.close()]);
    throw error;
  }
}

/** Starts a workflow, unless it runs. */
async function start(
  client: Client,
  taskQueue: string,
  { workflow, args, workflowId, summary }: DeliveryStart,
): Promise<void> {
  const options: WorkflowStartOptions = {
    taskQueue,
    args: [...args],
    workflowId,
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: summary,
  };
  await client.withDeadline(Date.now() + START_TIMEOUT_MS, () => client.workflow.start(workflow, options));
}
