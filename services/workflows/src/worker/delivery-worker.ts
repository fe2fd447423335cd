import { WEBHOOK_DELIVERY_WORKFLOW, WEBHOOK_TASK_QUEUE, webhookDeliveryWorkflowId } from '@box-office/contract';
import { findDueWebhookEndpoints, MAX_WEBHOOK_ENDPOINTS } from '@box-office/database';
import { createPool, runPeriodically, type Logger } from '@box-office/platform';
import { heartbeatWhileRunning } from '@box-office/temporal/worker';
import { Client } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createDeliveryActivities, type DeliveryDeps } from '../delivery/activities.js';
import { createSender } from '../delivery/activities/send.js';
import { WORKFLOW_BUNDLE } from './bundle-path.js';

/** What a message waits for at most before its delivery begins. */
const POLL_INTERVAL_MS = 1_000;
/** A pool of its own: no purchase waits for a delivery. */
const MAX_CONNECTIONS = 5;
const START_TIMEOUT_MS = 5_000;
/** Then no further request is begun; those under way, of at most 15 s, are recorded. */
const SHUTDOWN_GRACE = '2s';

interface DeliveryWorkerOptions {
  readonly databaseUrl: string;
  readonly temporal: ClientConnectConfig;
  readonly encryptionKey: Buffer;
  readonly allowLoopback: boolean;
  readonly logger: Logger;
  /** What tests replace. */
  readonly replaced?: Partial<Pick<DeliveryDeps, 'send' | 'retryDelaysMs'>> & {
    readonly taskQueue?: string;
    readonly pollIntervalMs?: number;
    readonly bundlePath?: string;
  };
}

export interface DeliveryWorker {
  /** Ends when the worker does: after `stop`, or with the error that ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Delivers messages to integrators: polls the webhooks' task queue, and asks PostgreSQL every second which endpoints
 * have something due, to start their workflows. With nothing due there is no workflow and no timer in Temporal; a lost
 * start is repeated with the next question.
 */
export async function startDeliveryWorker(o: DeliveryWorkerOptions): Promise<DeliveryWorker> {
  const { logger, replaced = {} } = o;
  const taskQueue = replaced.taskQueue ?? WEBHOOK_TASK_QUEUE;
  const namespace = o.temporal.namespace ?? 'default';
  const connection = await NativeConnection.connect(o.temporal.connectionOptions);
  const pool = createPool({ url: o.databaseUrl, applicationName: 'webhooks', max: MAX_CONNECTIONS, logger });
  try {
    const worker = await Worker.create({
      ...{ connection, namespace, taskQueue },
      workflowBundle: { codePath: replaced.bundlePath ?? WORKFLOW_BUNDLE },
      activities: createDeliveryActivities({
        pool,
        send: replaced.send ?? createSender({ allowLoopback: o.allowLoopback }),
        encryptionKey: o.encryptionKey,
        ...(replaced.retryDelaysMs && { retryDelaysMs: replaced.retryDelaysMs }),
      }),
      interceptors: { activity: [heartbeatWhileRunning] },
      shutdownGraceTime: SHUTDOWN_GRACE,
      // One for each endpoint: however slow some are, none waits for another.
      maxConcurrentActivityTaskExecutions: MAX_WEBHOOK_ENDPOINTS,
      maxConcurrentWorkflowTaskExecutions: 4,
      maxConcurrentWorkflowTaskPolls: 2,
      maxConcurrentActivityTaskPolls: 1,
      maxCachedWorkflows: MAX_WEBHOOK_ENDPOINTS,
    });
    const client = new Client({ connection, namespace });
    const starts = runPeriodically({
      name: 'start the delivery of webhooks',
      intervalMs: replaced.pollIntervalMs ?? POLL_INTERVAL_MS,
      logger,
      async execute() {
        for (const endpointId of await findDueWebhookEndpoints(pool)) await start(client, taskQueue, endpointId);
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

/** Starts the workflow of an endpoint, unless it runs. */
async function start(client: Client, taskQueue: string, endpointId: string): Promise<void> {
  await client.withDeadline(Date.now() + START_TIMEOUT_MS, () =>
    client.workflow.start(WEBHOOK_DELIVERY_WORKFLOW, {
      ...{ taskQueue, args: [endpointId], workflowId: webhookDeliveryWorkflowId(endpointId) },
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: 'Deliver messages to an endpoint of an integrator',
    }),
  );
}
