import { createLogger, createUnreadableReports, runProcess, startHealthServer } from '@box-office/platform';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { mailSettingsOf, readConfig } from './config.js';
import { startMailWorker } from './worker/mail-worker.js';
import { createWorkerMetrics } from './worker/metrics.js';
import { startPurchaseWorker } from './worker/purchase-worker.js';
import { startWebhookWorker } from './worker/webhook-worker.js';

const logger = createLogger({ service: 'workflows' });

runProcess({
  name: 'workflows',
  logger,
  async start() {
    const { worker: config, temporal } = readConfig();
    logger.level = config.LOG_LEVEL;
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const worker = await startPurchaseWorker({
      config,
      temporal,
      logger,
      metrics: createWorkerMetrics(registry),
      reportUnreadable: createUnreadableReports({ logger, registry }),
    });
    const { DATABASE_URL: databaseUrl, WEBHOOK_ENCRYPTION_KEY: encryptionKey } = config;
    const allowLoopback = config.WEBHOOK_ALLOW_LOOPBACK === 'on';
    const webhooks =
      encryptionKey && (await startWebhookWorker({ databaseUrl, temporal, encryptionKey, allowLoopback, logger }));
    const mail = mailSettingsOf(config);
    const mails = mail && (await startMailWorker({ databaseUrl, temporal, logger, mail }));
    // A worker that ends without a shutdown has failed: the supervisor restarts the process.
    Promise.all([worker.ended, webhooks?.ended, mails?.ended]).catch((error: unknown) => {
      logger.fatal({ err: error }, 'the worker ended');
      process.exit(1);
    });
    const health = await startHealthServer({
      host: config.HEALTH_HOST,
      port: config.HEALTH_PORT,
      logger,
      metrics: registry,
      checks: worker.checks,
    });

    return {
      async stop() {
        health.failReadiness();
        await Promise.all([worker.stop(), webhooks?.stop(), mails?.stop()]);
        await health.close();
      },
    };
  },
});
