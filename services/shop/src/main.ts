import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { closeHttpServer, createLogger, runProcess, startHealthServer } from '@box-office/platform';
import { createAssets, styleFiles, type Assets } from '@box-office/ui';
import { createAdaptorServer } from '@hono/node-server';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createApp } from './app.js';
import { createBuyerTokens } from './buyer-tokens.js';
import { readConfig } from './config.js';
import { createCatalogue } from './events/catalogue.js';
import { createLiveAvailability } from './events/live.js';
import { createGateway } from './http/gateway.js';
import { SCRIPT } from './http/layout.js';
import { createSessions } from './http/session.js';
import { createMetrics } from './metrics.js';

const NAME = 'shop';
const MAX_CONNECTIONS = 20_000;
/** Longer than the default of common load balancers, so that they close idle connections. */
const KEEP_ALIVE_MS = 65_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;
/** Longest that a shutdown waits for answers in progress; pages with live availability connect again. */
const CLOSE_MS = 5_000;
const PROBE_TIMEOUT_MS = 1_500;

const logger = createLogger({ service: NAME });

runProcess({ name: NAME, logger, start });

async function start() {
  const config = readConfig();
  logger.level = config.logLevel;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const health = await startHealthServer({
    ...config.health,
    logger,
    metrics: registry,
    checks: { gateway: () => probe(`${config.apiUrl}/livez`) },
  });
  const tokens = await createBuyerTokens(config.tokens);
  const gateway = createGateway({ url: config.apiUrl, tokens });
  const catalogue = createCatalogue(gateway);
  const live = createLiveAvailability(catalogue);
  const isSecure = config.publicOrigin?.startsWith('https:') ?? false;
  const app = createApp({
    ...{ config, gateway, catalogue, live, tokens, logger },
    sessions: createSessions({ secret: config.sessionSecret, isSecure }),
    assets: await readAssets(),
    metrics: createMetrics(registry, () => live.listeners()),
  });
  const timeouts = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
  };
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: timeouts }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(config.port, config.host);
  await once(server, 'listening');
  logger.info({ host: config.host, address: server.address() }, 'shop listens');
  return {
    async stop() {
      health.failReadiness();
      live.close();
      await closeHttpServer(server, CLOSE_MS);
      await health.close();
    },
  };
}

function readAssets(): Promise<Assets> {
  const ownCss = readFileSync(new URL('../styles/shop.css', import.meta.url), 'utf8');
  const script = readFileSync(new URL('browser/shop.js', import.meta.url), 'utf8');
  return createAssets([
    ...styleFiles(ownCss),
    { name: SCRIPT, contentType: 'text/javascript; charset=utf-8', content: script },
  ]);
}

async function probe(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`the gateway answered ${response.status}`);
}
