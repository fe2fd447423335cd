import { createLogger, runProcess } from '@box-office/platform';
import { readConfig } from './config.js';
import { startSimulator } from './server.js';

runProcess({
  name: 'payment-simulator',
  logger: createLogger({ service: 'payment-simulator' }),
  shutdownDeadlineMs: 10_000,
  start: async () => {
    const config = readConfig();
    const simulator = await startSimulator({
      host: config.host,
      port: config.port,
      ledgerFile: config.ledgerFile,
      publicUrl: config.publicUrl,
      webhookEndpoint: config.webhook && { ...config.webhook, copies: 1, maxDelayMs: 0 },
      logger: createLogger({ service: 'payment-simulator', level: config.logLevel }),
      onFailure: (error) => {
        throw error;
      },
    });
    return { stop: () => simulator.close() };
  },
});
