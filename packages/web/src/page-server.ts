import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  closeHttpServer,
  listenOn,
  MAX_PUBLIC_CONNECTIONS,
  PUBLIC_SERVER_TIMEOUTS,
  startHealthServer,
  type Logger,
} from '@box-office/platform';
import { createAdaptorServer } from '@hono/node-server';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Longest that a shutdown waits for answers in progress; pages with live parts connect again. */
const CLOSE_MS = 5_000;
const PROBE_TIMEOUT_MS = 1_500;

/** In PEM. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface PageServerOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly health: { readonly host: string; readonly port: number };
  /** Undefined: plain HTTP, as behind a proxy. */
  readonly tls: TlsFiles | undefined;
  /** The gateway, without which no page says anything. */
  readonly apiUrl: string;
  readonly logger: Logger;
  /** @param registry of the process's metrics */
  createApp(registry: Registry): Promise<{ fetch: Parameters<typeof createAdaptorServer>[0]['fetch']; close?(): void }>;
}

/** Serves pages, and `/readyz` and `/metrics` on a port of its own, until it is stopped. */
export async function servePages(o: PageServerOptions): Promise<{ stop(): Promise<void> }> {
  const { name, logger, apiUrl } = o;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const checks = { gateway: () => probe(`${apiUrl}/livez`) };
  const health = await startHealthServer({ ...o.health, logger, metrics: registry, checks });
  const app = await o.createApp(registry);
  const timeouts = PUBLIC_SERVER_TIMEOUTS;
  const secure = o.tls && { createServer: createTlsServer, serverOptions: { ...timeouts, ...o.tls } };
  const server = createAdaptorServer({ fetch: app.fetch, ...(secure ?? { serverOptions: timeouts }) }) as Server;
  server.maxConnections = MAX_PUBLIC_CONNECTIONS;
  await listenOn(server, o);
  logger.info({ host: o.host, address: server.address() }, `${name} listens`);
  return {
    async stop() {
      health.failReadiness();
      app.close?.();
      await closeHttpServer(server, CLOSE_MS);
      await health.close();
    },
  };
}

async function probe(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`the gateway answered ${response.status}`);
}
