import { listen } from '@box-office/api';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import { createConstantApp } from '../baselines/constant-app.js';
import type { ConstantServerJob, ConstantServerResult } from '../baselines/jobs.js';
import { serveJobs } from './serve.js';

const HOST = '127.0.0.1';

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
  const app = createConstantApp(jwtSecret);
  const { port } = await listen({ fetch: (request) => app.fetch(request), host: HOST, port: 0 });
  return port;
}
