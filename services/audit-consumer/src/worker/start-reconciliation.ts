import { AUDIT_TASK_QUEUE, REDIS_REBUILD_WORKFLOW, type RedisRebuildRequest } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import type { Publisher } from '@box-office/messaging';
import { createHttpPayments } from '@box-office/payments';
import { createPool, createRedis, type HealthChecks, type Logger, type ReportUnreadable } from '@box-office/platform';
import { Client, Connection } from '@temporalio/client';
import { createAuditActivities } from '../activities/index.js';
import type { Config } from '../config.js';
import { watchRedisMemory } from '../housekeeping/redis-memory.js';
import { createWorkflows } from '../reconciliation/workflows.js';
import { startAuditWorker, type AuditWorker } from './audit-worker.js';

const NAME = 'reconciliation';
/** Apart from the consumers' connections, which must never wait for a sweep. */
const MAX_CONNECTIONS = 8;
const MAX_PAYMENT_CONNECTIONS = 8;
/** A page of a large inventory takes a moment. */
const REDIS_COMMAND_TIMEOUT_MS = 10_000;

/** Its worker, and looks at the servers that only it works with; each resolves when its server answers. */
interface Reconciliation extends AuditWorker {
  readonly looks: HealthChecks;
}

/** Puts reconciliation together around connections of its own, and starts its worker. Nothing has to be there yet. */
export function startReconciliation(o: {
  config: Config;
  publisher: Publisher;
  messagesOnTheWay: () => Promise<boolean>;
  reportUnreadable: ReportUnreadable;
  logger: Logger;
}): Reconciliation {
  const { config, publisher, messagesOnTheWay, logger } = o;
  const pool = createPool({
    url: config.databaseUrl,
    applicationName: NAME,
    max: MAX_CONNECTIONS,
    planning: 'by_size',
    logger,
  });
  const redis = createRedis({ url: config.redisUrl, name: NAME, logger, commandTimeoutMs: REDIS_COMMAND_TIMEOUT_MS });
  const payments = createHttpPayments({ url: config.paymentUrl, maxConnections: MAX_PAYMENT_CONNECTIONS });
  const connection = Connection.lazy(config.temporal.connectionOptions);
  const client = new Client({ connection, namespace: config.temporal.namespace ?? 'default' });
  const workflows = createWorkflows(client);
  const activities = createAuditActivities(
    {
      pool,
      inventory: createInventory(redis, o.reportUnreadable),
      payments,
      publisher,
      messagesOnTheWay,
      workflows,
      logger,
      idleMs: config.recoveryIdleMs,
      stalledMs: config.stalledAfterMs,
    },
    { secondLookAfterMs: config.secondLookAfterMs },
  );
  const worker = startAuditWorker({
    temporal: config.temporal,
    client,
    activities,
    intervals: config,
    logger,
  });

  const memory = watchRedisMemory({
    redis,
    logger,
    rebuild: (cause) =>
      workflows.start({
        ...{ type: REDIS_REBUILD_WORKFLOW, workflowId: REDIS_REBUILD_WORKFLOW, taskQueue: AUDIT_TASK_QUEUE },
        argument: { cause } satisfies RedisRebuildRequest,
        summary: 'Rebuilds Redis from PostgreSQL after it has lost its memory',
        searchAttributes: [],
        // One that runs has rebuilt what may be gone again.
        replace: true,
      }),
  });

  return {
    isReady: () => worker.isReady(),
    looks: { redis: () => redis.ping() },
    async close() {
      await memory.stop();
      await worker.close();
      payments.close();
      redis.disconnect();
      await Promise.all([pool.end(), connection.close()]);
    },
  };
}
