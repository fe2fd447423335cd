import type { PurchaseNotification } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import {
  createLogger,
  createPool,
  createRedis,
  createUnreadableReports,
  runProcess,
  startHealthServer,
  type ReportUnreadable,
} from '@box-office/platform';
import { createWorkerMetrics, readWorkerConfig, startPurchaseWorker } from '@box-office/workflows/worker';
import { Client, type Connection } from '@temporalio/client';
import { Registry } from 'prom-client';
import { createTokenVerifier } from './http/auth/token-verifier.js';
import { createTemporalCancellations } from './cancellation/temporal-cancellations.js';
import { configWarnings, readConfig } from './config.js';
import { createGateway } from './gateway.js';
import { createTemporalHoldClient } from './hold/temporal-hold-client.js';
import { listen } from './http/listen.js';
import { securityHeaders } from './http/middleware/security-headers.js';
import { createTemporalInterventionClient } from './operator/temporal-intervention-client.js';
import { createTemporalAuditWorkflows } from './operator/temporal-audit-workflows.js';
import { createSignalWorkflow } from './purchase/payment-signal.js';
import { createTemporalStarter } from './purchase/temporal-starter.js';
import { connectToTemporal } from './temporal/connection.js';
import { keepLocalWorker, type LocalWorker } from './temporal/local-worker.js';
import { readTicketKeys } from '@box-office/tickets/codes';

const NAME = 'api';
const MAX_DATABASE_CONNECTIONS = 10;
/** Deadline of one call to Temporal. */
const TEMPORAL_CALL_MS = 2_500;

const logger = createLogger({ service: NAME });

runProcess({ name: NAME, logger, start });

/** Starts whether or not the servers can be reached: until they can, the requests that need them get 503. */
async function start() {
  const settings = readSettings();
  const connections = connect(settings);
  const { pool, redis, subscriber, connection, namespace } = connections;
  const registry = new Registry();
  const reportUnreadable = createUnreadableReports({ logger, registry });
  const localWorker = settings.hasPurchaseWorker
    ? openLocalWorker({
        registry,
        reportUnreadable,
        namespace,
        onOutcomes: (outcomes) => gateway.receiveOutcomes(outcomes),
      })
    : undefined;
  const gateway = createGateway({
    ...settings,
    ...connections,
    ...createTemporalClients({ connection, namespace, localWorker, purchaseWaitMs: settings.purchaseWaitMs }),
    inventory: createInventory(redis, reportUnreadable),
    verifyToken: createTokenVerifier(settings.tokens, ...settings.otherIssuers),
    ticketKeys: readTicketKeys(settings.ticketKeys),
    isReady: async () => (await health.readiness()).ok,
    registry,
    reportUnreadable,
    logger,
    processMetrics: true,
  });
  const health = await startHealthServer({
    ...settings.health,
    logger,
    metrics: registry,
    checks: {
      postgres: () => pool.query('select 1'),
      redis: () => redis.ping(),
      temporal: () => connection.workflowService.describeNamespace({ namespace }),
    },
    // Another worker continues what this one does not.
    degradingChecks: localWorker?.checks,
  });
  const server = await listen({
    fetch: (request, env) => gateway.app.fetch(request, env),
    host: settings.host,
    port: settings.port,
    errorHeaders: securityHeaders(settings.behindTls),
  });
  logger.info({ host: settings.host, port: server.port }, 'gateway listens');

  return {
    async stop() {
      gateway.failReadiness();
      health.failReadiness();
      const closed = server.close();
      gateway.drain();
      await closed;
      gateway.close();
      await localWorker?.stop();
      await Promise.all([pool.end(), connection.close(), health.close()]);
      redis.disconnect();
      subscriber.disconnect();
    },
  };
}

function connect({ databaseUrl, redisUrl, temporal }: ReturnType<typeof readConfig>) {
  return {
    pool: createPool({ url: databaseUrl, applicationName: NAME, max: MAX_DATABASE_CONNECTIONS, logger }),
    redis: createRedis({ url: redisUrl, name: NAME, logger }),
    subscriber: createRedis({ url: redisUrl, name: `${NAME}-outcomes`, logger }),
    connection: connectToTemporal({ options: temporal.connectionOptions, callMs: TEMPORAL_CALL_MS }),
    namespace: temporal.namespace ?? 'default',
  };
}

function readSettings(): ReturnType<typeof readConfig> {
  const settings = readConfig();
  logger.level = settings.logLevel;
  for (const warning of configWarnings(settings)) logger.warn(warning);
  return settings;
}

/** The same worker as that of the process `workflows`, on the same task queue. */
function openLocalWorker(o: {
  readonly registry: Registry;
  readonly reportUnreadable: ReportUnreadable;
  readonly namespace: string;
  readonly onOutcomes: (outcomes: readonly PurchaseNotification[]) => void;
}): LocalWorker {
  const { worker: config, temporal } = readWorkerConfig();
  const metrics = createWorkerMetrics(o.registry);
  const { reportUnreadable, onOutcomes, namespace } = o;
  const start = () => startPurchaseWorker({ config, temporal, logger, metrics, reportUnreadable, onOutcomes });
  return keepLocalWorker({ start, namespace, logger });
}

function createTemporalClients(o: {
  readonly connection: Connection;
  readonly namespace: string;
  readonly localWorker: LocalWorker | undefined;
  readonly purchaseWaitMs: number;
}) {
  const { connection, namespace, localWorker, purchaseWaitMs } = o;
  const client = new Client({ connection, namespace });
  return {
    workflows: createTemporalStarter({ client, ...(localWorker && { localWorker }), logger, callMs: TEMPORAL_CALL_MS }),
    cancellations: createTemporalCancellations({ client, logger }),
    interventions: createTemporalInterventionClient({ client, namespace, logger }),
    audit: createTemporalAuditWorkflows({ client, logger }),
    signalWorkflow: createSignalWorkflow(client),
    holdClient: createTemporalHoldClient({ client, logger, waitMs: Math.max(purchaseWaitMs, 1) }),
  };
}
