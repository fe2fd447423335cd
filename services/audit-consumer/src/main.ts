import { createPublisher, createTopology } from '@box-office/messaging';
import { createLogger, createPool, createUnreadableReports, runProcess, startHealthServer } from '@box-office/platform';
import { readConfig } from './config.js';
import { createCapacityConsumer } from './consumers/capacity.js';
import type { ConsumerDeps } from './consumers/consumer.js';
import { createTransactionConsumer } from './consumers/transactions.js';
import { startHousekeeping } from './housekeeping/housekeeping.js';
import { createMetrics } from './metrics.js';
import { createUnconsumedMessagesCheck } from './reconciliation/unconsumed-messages.js';
import { startReconciliation } from './worker/start-reconciliation.js';

const NAME = 'audit-consumer';
/** Two consumers with one batch each, their availability checks, and the housekeeping tasks. */
const MAX_CONNECTIONS = 6;

runProcess({ name: NAME, logger: createLogger({ service: NAME }), start });

// Starts while RabbitMQ or PostgreSQL is unavailable: the process is alive and not ready, and connects when they
// answer.
async function start(): Promise<{ stop(): Promise<void> }> {
  const config = readConfig();
  const logger = createLogger({ service: NAME, level: config.logLevel });
  const database = { url: config.databaseUrl, applicationName: NAME, logger };
  const pool = createPool({ ...database, max: MAX_CONNECTIONS });
  const poolBySize = createPool({ ...database, max: 1, planning: 'by_size' });
  const topology = createTopology();
  const publisher = createPublisher({ url: config.amqpUrl, name: `${NAME} publisher`, topology, logger });
  const metrics = createMetrics({ processMetrics: true });
  const deps: ConsumerDeps = { amqpUrl: config.amqpUrl, topology, publisher, pool, metrics, logger };
  const capacity = createCapacityConsumer(deps);
  const transactions = createTransactionConsumer(deps, config.receipts);
  const housekeeping = startHousekeeping({ pool, poolBySize, metrics, receipts: config.receipts, logger });

  const reconciliation = startReconciliation({
    config,
    publisher,
    mayHaveUnconsumedMessages: createUnconsumedMessagesCheck([capacity, transactions]),
    reportUnreadable: createUnreadableReports({ logger, registry: metrics.registry }),
    logger,
  });

  const health = await startHealthServer({
    host: config.healthHost,
    port: config.healthPort,
    logger,
    metrics: metrics.registry,
    checks: {
      postgres: () => pool.query('select 1'),
      'capacity consumer': async () => assertReady(capacity),
      'transaction consumer': async () => assertReady(transactions),
      publisher: async () => assertReady(publisher),
      reconciliation: async () => assertReady(reconciliation),
      ...reconciliation.healthChecks,
    },
  });

  return {
    async stop() {
      health.failReadiness();
      await Promise.all([capacity.close(), transactions.close(), housekeeping.stop(), reconciliation.close()]);
      await publisher.close();
      await Promise.all([pool.end(), poolBySize.end()]);
      await health.close();
    },
  };
}

function assertReady(component: { isReady(): boolean }): void {
  if (!component.isReady()) throw new Error('not ready');
}
