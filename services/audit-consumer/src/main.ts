import { createPublisher, createTopology } from '@box-office/messaging';
import { createLogger, createPool, createUnreadableReports, runProcess, startHealthServer } from '@box-office/platform';
import { readConfig } from './config.js';
import { createCapacityConsumer } from './consumers/capacity.js';
import type { ConsumerDeps } from './consumers/deps.js';
import { createTransactionConsumer } from './consumers/transactions.js';
import { startHousekeeping } from './housekeeping/housekeeping.js';
import { createMetrics } from './metrics.js';
import { createMessageWatch } from './reconciliation/messages-on-the-way.js';
import { startReconciliation } from './worker/start-reconciliation.js';

const NAME = 'audit-consumer';
/** Two consumers, one batch each, their looks at whether the database is there, and two for what has no message. */
const MAX_CONNECTIONS = 6;

runProcess({ name: NAME, logger: createLogger({ service: NAME }), start });

// Starts while RabbitMQ or PostgreSQL is still away: it is alive then, not ready, and begins when they come.
async function start(): Promise<{ stop(): Promise<void> }> {
  const config = readConfig();
  const logger = createLogger({ service: NAME, level: config.logLevel });
  const pool = createPool({ url: config.databaseUrl, applicationName: NAME, max: MAX_CONNECTIONS, logger });
  const topology = createTopology();
  const publisher = createPublisher({ url: config.amqpUrl, name: `${NAME} sets aside`, topology, logger });
  const metrics = createMetrics({ processMetrics: true });
  const deps: ConsumerDeps = { amqpUrl: config.amqpUrl, topology, publisher, pool, metrics, logger };
  const capacity = createCapacityConsumer(deps);
  const transactions = createTransactionConsumer(deps);
  const housekeeping = startHousekeeping({ pool, metrics, logger });

  const reconciliation = startReconciliation({
    config,
    publisher,
    messagesOnTheWay: createMessageWatch([capacity, transactions]),
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
      'capacity consumer': async () => mustBeReady(capacity),
      'transaction consumer': async () => mustBeReady(transactions),
      publisher: async () => mustBeReady(publisher),
      reconciliation: async () => mustBeReady(reconciliation),
      ...reconciliation.looks,
    },
  });

  return {
    async stop() {
      health.failReadiness();
      await Promise.all([capacity.close(), transactions.close(), housekeeping.stop(), reconciliation.close()]);
      await publisher.close();
      await pool.end();
      await health.close();
    },
  };
}

function mustBeReady(part: { isReady(): boolean }): void {
  if (!part.isReady()) throw new Error('not ready');
}
