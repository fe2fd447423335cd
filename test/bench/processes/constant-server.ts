import { createApp, createMetrics, createTokenVerifier, listen, type AppDeps } from '@box-office/api';
import { LOCAL_TOKEN_AUDIENCE, LOCAL_TOKEN_ISSUER } from '@box-office/contract';
import { createLogger } from '@box-office/platform';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import type { ConstantServerJob, ConstantServerResult } from '../baselines/jobs.js';
import { serveJobs } from './serve.js';

const HOST = '127.0.0.1';
const TOKEN_RULES = { issuer: LOCAL_TOKEN_ISSUER, audience: LOCAL_TOKEN_AUDIENCE, maxLifetimeS: 7 * 86_400 };

serveJobs<ConstantServerJob, ConstantServerResult>(async ({ kind, jwtSecret }) => ({
  url: `http://${HOST}:${kind === 'hono' ? await serveBareHono() : await serveMiddleware(jwtSecret)}`,
}));

function serveBareHono(): Promise<number> {
  const app = new Hono().post('/api/tickets/purchase', (c) => c.json({ status: 'constant' }));
  const server = createAdaptorServer({ fetch: app.fetch });
  return new Promise((resolve) => {
    server.listen(0, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

async function serveMiddleware(jwtSecret: string): Promise<number> {
  // The same log lines as in a gateway, written to this helper's log file.
  const logger = createLogger({ service: 'constant', level: 'info' });
  const answer = {
    kind: 'outcome',
    outcome: { kind: 'refused', reason: 'sold_out', ticketType: 'standard' },
    repeat: false,
  } as const;
  const deps: Partial<AppDeps> = {
    logger,
    verifyToken: createTokenVerifier({ ...TOKEN_RULES, keys: { secret: jwtSecret } }),
    metrics: createMetrics({ waiting: () => 0, queued: () => 0, processMetrics: true }),
    limits: { byAddress: () => undefined, bySubject: () => undefined },
    corsOrigins: [],
    isReady: async () => true,
    behindTls: false,
    isShuttingDown: () => false,
    purchase: async () => answer,
  };
  // The other endpoints have no dependencies here. They are not called.
  const app = createApp(deps as AppDeps);
  const { port } = await listen({ fetch: (request) => app.fetch(request), host: HOST, port: 0 });
  return port;
}
