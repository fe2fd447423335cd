import { createInventory } from '@box-office/inventory';
import type { Publisher } from '@box-office/messaging';
import { createHttpPayments } from '@box-office/payments';
import { createPool, createRedis, type Logger, type ReportUnreadable } from '@box-office/platform';
import { Client, Connection } from '@temporalio/client';
import { createAuditActivities } from '../activities/index.js';
import type { Config } from '../config.js';
import { createWorkflows } from '../reconciliation/workflows.js';
import { startAuditWorker, type AuditWorker } from './audit-worker.js';

const NAME = 'reconciliation';
/** Apart from the consumers' connections, which must never wait for a sweep. */
const MAX_CONNECTIONS = 4;
const MAX_PAYMENT_CONNECTIONS = 8;
/** A page of a large inventory takes a moment. */
const REDIS_COMMAND_TIMEOUT_MS = 10_000;

/** Puts reconciliation together around connections of its own, and starts its worker. Nothing has to be there yet. */
export function startReconciliation(o: {
  config: Config;
  publisher: Publisher;
  messagesOnTheWay: () => Promise<boolean>;
  reportUnreadable: ReportUnreadable;
  logger: Logger;
}): AuditWorker {
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
  const activities = createAuditActivities(
    {
      pool,
      inventory: createInventory(redis, o.reportUnreadable),
      payments,
      publisher,
      messagesOnTheWay,
      workflows: createWorkflows(client),
      logger,
      idleMs: config.recoveryIdleMs,
    },
    { secondLookAfterMs: config.secondLookAfterMs },
  );
  const worker = startAuditWorker({
    temporal: config.temporal,
    client,
    activities,
    everyMs: config.reconciliationEveryMs,
    logger,
  });

  return {
    isReady: () => worker.isReady(),
    async close() {
      await worker.close();
      payments.close();
      redis.disconnect();
      await Promise.all([pool.end(), connection.close()]);
    },
  };
}
