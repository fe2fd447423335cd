import { AUDIT_TASK_QUEUE, REDIS_REBUILD_WORKFLOW, type RedisRebuildRequest } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import type { Publisher } from '@box-office/messaging';
import { createStripePayments } from '@box-office/payments';
import { createPool, createRedis, type HealthChecks, type Logger, type ReportUnreadable } from '@box-office/platform';
import { Client, Connection } from '@temporalio/client';
import { createAuditActivities } from '../activities/index.js';
import type { Config } from '../config.js';
import { watchRedisDataLoss } from '../housekeeping/redis-data-loss.js';
import { createTemporalWorkflows } from '../reconciliation/temporal-workflows.js';
import { startAuditWorker, type AuditWorker } from './audit-worker.js';

const NAME = 'reconciliation';
/** A pool of its own: the consumers must never wait for a reconciliation run to release a connection. */
const MAX_CONNECTIONS = 8;
const MAX_PAYMENT_CONNECTIONS = 8;
/** Long enough for a page of a large inventory. */
const REDIS_COMMAND_TIMEOUT_MS = 10_000;

interface Reconciliation extends AuditWorker {
  /** Checks of the servers that only reconciliation uses; each resolves when its server answers. */
  readonly healthChecks: HealthChecks;
}

/** Builds reconciliation with its own connections and starts its worker. No server has to be available yet. */
export function startReconciliation(o: {
  config: Config;
  publisher: Publisher;
  mayHaveUnconsumedMessages: () => Promise<boolean>;
  reportUnreadable: ReportUnreadable;
  logger: Logger;
}): Reconciliation {
  const { config, publisher, mayHaveUnconsumedMessages, logger } = o;
  const pool = createPool({
    url: config.databaseUrl,
    applicationName: NAME,
    max: MAX_CONNECTIONS,
    planning: 'by_size',
    logger,
  });
  const redis = createRedis({ url: config.redisUrl, name: NAME, logger, commandTimeoutMs: REDIS_COMMAND_TIMEOUT_MS });
  const payments = createStripePayments({ ...config.payments, maxConnections: MAX_PAYMENT_CONNECTIONS });
  const connection = Connection.lazy(config.temporal.connectionOptions);
  const client = new Client({ connection, namespace: config.temporal.namespace ?? 'default' });
  const workflows = createTemporalWorkflows(client);
  const activities = createAuditActivities(
    {
      pool,
      inventory: createInventory(redis, o.reportUnreadable),
      payments,
      publisher,
      mayHaveUnconsumedMessages,
      workflows,
      returnedPayments: config.returnedPayments,
      idleMs: config.recoveryIdleMs,
      stalledMs: config.stalledAfterMs,
    },
    { recheckDelayMs: config.recheckDelayMs },
  );
  const worker = startAuditWorker({
    temporal: config.temporal,
    client,
    activities,
    intervals: config,
    logger,
  });

  const dataLossWatch = watchRedisDataLoss({
    redis,
    logger,
    rebuild: (cause) =>
      workflows.start({
        type: REDIS_REBUILD_WORKFLOW,
        workflowId: REDIS_REBUILD_WORKFLOW,
        taskQueue: AUDIT_TASK_QUEUE,
        argument: { cause } satisfies RedisRebuildRequest,
        summary: 'Rebuild Redis from PostgreSQL after data loss',
        searchAttributes: [],
        // A running rebuild may have rebuilt what is lost again.
        replace: true,
      }),
  });

  return {
    isReady: () => worker.isReady(),
    healthChecks: { redis: () => redis.ping() },
    async close() {
      await dataLossWatch.stop();
      await worker.close();
      payments.close();
      redis.disconnect();
      await Promise.all([pool.end(), connection.close()]);
    },
  };
}
