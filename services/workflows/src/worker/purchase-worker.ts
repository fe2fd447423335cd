import { PURCHASE_TASK_QUEUE } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import { createPublisher } from '@box-office/messaging';
import { createStripePayments, paymentSettings } from '@box-office/payments';
import {
  createPool,
  createRedis,
  redisReady,
  type HealthChecks,
  type Logger,
  type ReportUnreadable,
} from '@box-office/platform';
import { heartbeatWhileRunning } from '@box-office/temporal/worker';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../activities.js';
import type { WorkerConfig } from '../config.js';
import type { WorkerMetrics } from './metrics.js';
import { createNotifier, type NotifyOutcomes } from './notifier.js';
import { readBundle } from './read-bundle.js';
import { createCancellationNotifier, createHoldNotifier } from './signal-notifiers.js';
import { workerSettings } from './worker-settings.js';

const START_TIMEOUT_MS = 30_000;

export interface PurchaseWorkerOptions {
  readonly config: WorkerConfig;
  readonly temporal: ClientConnectConfig;
  readonly logger: Logger;
  readonly metrics: WorkerMetrics;
  readonly reportUnreadable: ReportUnreadable;
  /** Also told of outcomes and next actions, before they go to the other processes over Redis. */
  readonly onOutcomes?: NotifyOutcomes;
}

/** A worker that polls the purchase task queue, with connections of its own. */
export interface PurchaseWorker {
  /** A client over this connection can start workflows eagerly on this worker. */
  readonly connection: NativeConnection;
  readonly checks: HealthChecks;
  /** Ends when the worker does: after `stop`, or with the error that ended it. */
  readonly ended: Promise<void>;
  /** Finishes the tasks under way and closes the connections. */
  stop(): Promise<void>;
}

/** Connects to all servers and starts to poll. Leaves nothing open if that fails. */
export async function startPurchaseWorker(o: PurchaseWorkerOptions): Promise<PurchaseWorker> {
  const { config, temporal, logger } = o;
  const pool = createPool({
    url: config.DATABASE_URL,
    applicationName: 'box-office workflows',
    max: config.DATABASE_POOL_SIZE,
    logger,
  });
  const redis = createRedis({ url: config.REDIS_URL, name: 'workflows', logger });
  const publisher = createPublisher({ url: config.AMQP_URL, logger });
  const payments = createStripePayments(paymentSettings(config));
  let connection: NativeConnection | undefined;
  const close = async (): Promise<void> => {
    payments.close();
    await Promise.all([publisher.close(), connection?.close()]);
    redis.disconnect();
    await pool.end();
  };
  try {
    await redisReady(redis, START_TIMEOUT_MS);
    connection = await NativeConnection.connect(temporal.connectionOptions);
    const publish = createNotifier(redis, logger);
    const worker = await Worker.create({
      connection,
      ...(temporal.namespace !== undefined && { namespace: temporal.namespace }),
      taskQueue: PURCHASE_TASK_QUEUE,
      workflowBundle: { code: await readBundle(config.HANDBOOK_URL) },
      activities: createActivities({
        pool,
        inventory: createInventory(redis, o.reportUnreadable),
        payments,
        publisher,
        notify(outcomes) {
          o.onOutcomes?.(outcomes);
          publish(outcomes);
        },
        notifyHold: createHoldNotifier(logger),
        notifyPurchase: createCancellationNotifier(logger),
        logger,
        observe: o.metrics.observe,
        paymentSoftDeadlineMs: config.PAYMENT_SOFT_DEADLINE_MS,
        authenticationTimeoutMs: config.AUTHENTICATION_TIMEOUT_MS,
        eventCancellationsPerS: config.EVENT_CANCELLATIONS_PER_S,
      }),
      interceptors: { activity: [heartbeatWhileRunning] },
      ...workerSettings(config),
    });
    o.metrics.watch(() => worker.getStatus());
    const ended = worker.run();
    ended.catch(() => undefined);
    return {
      connection,
      ended,
      checks: {
        worker: () => mustBe(worker.getState() === 'RUNNING', `the worker is ${worker.getState()}`),
        database: () => pool.query('select 1'),
        redis: () => redis.ping(),
        broker: () => mustBe(publisher.isReady(), 'not connected'),
      },
      async stop() {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await ended.catch(() => undefined);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function mustBe(holds: boolean, otherwise: string): Promise<void> {
  return holds ? Promise.resolve() : Promise.reject(new Error(otherwise));
}
