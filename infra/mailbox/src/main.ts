import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { closeHttpServer, createLogger, listenOn, runProcess } from '@box-office/platform';
import { createAssets, sharedFiles } from '@box-office/ui';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.js';
import { readConfig } from './config.js';
import { startSmtp } from './smtp.js';
import { openMailStore } from './store.js';

const NAME = 'mailbox';
const CLOSE_TIMEOUT_MS = 2_000;

const logger = createLogger({ service: NAME });

runProcess({
  name: NAME,
  logger,
  async start() {
    const config = readConfig();
    logger.level = config.LOG_LEVEL;
    const host = config.MAILBOX_HOST;
    const store = await openMailStore(config.MAILBOX_DIR);
    const ownCss = readFileSync(new URL('../styles/mailbox.css', import.meta.url), 'utf8');
    const app = createApp(store, await createAssets(sharedFiles(ownCss)));
    const smtp = await startSmtp({ host, port: config.MAILBOX_SMTP_PORT, store });
    const server = createAdaptorServer({ fetch: app.fetch }) as Server;
    const port = await listenOn(server, { host, port: config.MAILBOX_PORT });
    logger.info({ host, port, smtp: smtp.server.address() }, 'mailbox listens');
    return {
      async stop() {
        await Promise.all([
          new Promise<void>((resolve) => smtp.close(() => resolve())),
          closeHttpServer(server, CLOSE_TIMEOUT_MS),
        ]);
      },
    };
  },
});
