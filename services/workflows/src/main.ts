import { PURCHASE_TASK_QUEUE } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import { createPublisher } from '@box-office/messaging';
import { createStripePayments } from '@box-office/payments';
import {
  createLogger,
  createPool,
  createRedis,
  createUnreadableReports,
  redisReady,
  runProcess,
  startHealthServer,
} from '@box-office/platform';
import { heartbeatWhileRunning } from '@box-office/temporal/worker';
import { NativeConnection, Worker } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { createActivities } from './activities.js';
import { createNotifier } from './worker/notifier.js';
import { readConfig } from './config.js';
import { createCancellationNotifier, createHoldNotifier } from './worker/signal-notifiers.js';
import { createMetrics } from './worker/metrics.js';
import { readBundle } from './worker/read-bundle.js';
import { workerSettings } from './worker/worker-settings.js';

const START_TIMEOUT_MS = 30_000;

const logger = createLogger({ service: 'workflows' });

runProcess({
  name: 'workflows',
  logger,
  async start() {
    const { worker: config, payments: payment, temporal } = readConfig();
    logger.level = config.LOG_LEVEL;
    const pool = createPool({
      url: config.DATABASE_URL,
      applicationName: 'box-office workflows',
      max: config.DATABASE_POOL_SIZE,
      logger,
    });
    const redis = createRedis({ url: config.REDIS_URL, name: 'workflows', logger });
    await redisReady(redis, START_TIMEOUT_MS);
    const publisher = createPublisher({ url: config.AMQP_URL, logger });
    const payments = createStripePayments(payment);
    const connection = await NativeConnection.connect(temporal.connectionOptions);

    const registry = new Registry();
    const metrics = createMetrics(registry, () => worker.getStatus());
    const worker = await Worker.create({
      connection,
      ...(temporal.namespace !== undefined && { namespace: temporal.namespace }),
      taskQueue: PURCHASE_TASK_QUEUE,
      workflowBundle: { code: await readBundle(config.HANDBOOK_URL) },
      activities: createActivities({
        pool,
        inventory: createInventory(redis, createUnreadableReports({ logger, registry })),
        payments,
        publisher,
        notify: createNotifier(redis, logger),
        notifyHold: createHoldNotifier(logger),
        notifyPurchase: createCancellationNotifier(logger),
        logger,
        observe: metrics.observe,
        paymentSoftDeadlineMs: config.PAYMENT_SOFT_DEADLINE_MS,
        eventCancellationsPerS: config.EVENT_CANCELLATIONS_PER_S,
      }),
      interceptors: { activity: [heartbeatWhileRunning] },
      ...workerSettings(config),
    });
    const running = worker.run();
    const health = await startHealthServer({
      host: config.HEALTH_HOST,
      port: config.HEALTH_PORT,
      logger,
      metrics: registry,
      checks: {
        worker: () => mustBe(worker.getState() === 'RUNNING', `the worker is ${worker.getState()}`),
        database: () => pool.query('select 1'),
        redis: () => redis.ping(),
        broker: () => mustBe(publisher.isReady(), 'not connected'),
      },
    });
    // A worker that ends without a shutdown has failed: the supervisor restarts the process.
    running.catch((error: unknown) => {
      logger.fatal({ err: error }, 'the worker ended');
      process.exit(1);
    });

    return {
      async stop() {
        health.failReadiness();
        worker.shutdown();
        await running;
        payments.close();
        await Promise.all([publisher.close(), connection.close(), health.close()]);
        redis.disconnect();
        await pool.end();
      },
    };
  },
});

function mustBe(holds: boolean, otherwise: string): Promise<void> {
  return holds ? Promise.resolve() : Promise.reject(new Error(otherwise));
}
