import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createPool, createRedis, redisReady } from '@box-office/platform';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { logger, openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

/** A proxy to a server that can fall silent: connections stay open, and no byte passes any more. */
async function proxyTo(address: string): Promise<{ url: string; silence(): void; close(): void }> {
  const target = new URL(address);
  const sockets = new Set<Socket>();
  let isSilent = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    if (!isSilent) near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [near, far].forEach((one) => one.destroy()));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(address);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    silence: () => {
      isSilent = true;
      sockets.forEach((socket) => socket.unpipe().pause());
    },
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

describe('a read while PostgreSQL and Redis are silent', () => {
  let test: TestGateway;
  let frozen: TestGateway;
  let eventId: string;
  const close: (() => unknown)[] = [];
  beforeAll(async () => {
    test = await openTestGateway();
    eventId = (await test.createEvent([standard(10)])).id;
    const proxies = { postgres: await proxyTo(test.databaseUrl), redis: await proxyTo(inject('stack').redisUrl) };
    const pool = createPool({ url: proxies.postgres.url, applicationName: 'silent', max: 4, logger });
    const redis = createRedis({ url: proxies.redis.url, name: 'silent', logger });
    await Promise.all([pool.query('select 1'), redisReady(redis, 5_000)]);
    frozen = test.another({}, { pool, redis });
    proxies.postgres.silence();
    proxies.redis.silence();
    close.push(
      () => redis.disconnect(),
      proxies.postgres.close,
      proxies.redis.close,
      () => pool.end(),
    );
  });
  afterAll(async () => {
    for (const end of close) await end();
    await test.close();
  });

  it('answers 503 within three seconds, whichever it is', async () => {
    const description = (await (await test.request('GET', '/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const reads = Object.entries(description.paths).filter(([, methods]) => 'get' in methods);
    expect(reads.length).toBeGreaterThan(10);
    const token = await tokenOf('olga', { role: 'operator' });
    const answers = await Promise.all(
      reads.map(async ([path]) => {
        const startedMs = performance.now();
        const isOfEvent = path.includes('/events/') || path.includes('/rebuild/');
        const otherId = path.includes('/transactions/') ? '2PM3QYFNBSB8ES73XW6APTCG9Y' : randomUUID();
        const id = isOfEvent ? eventId : otherId;
        // Operators list the purchases and holds of a buyer or an event.
        const filter = ['/api/purchases', '/api/tickets/holds'].includes(path) ? `?eventId=${eventId}` : '';
        const { status } = await frozen.request('GET', path.replace('{id}', id) + filter, { token });
        return { path, status, inTime: performance.now() - startedMs < 3_000 };
      }),
    );
    expect(answers.filter(({ inTime }) => !inTime)).toEqual([]);
    // These ask only Temporal, or no server at all.
    const others = ['/api/operations/attention', '/api/operations/rebuild/{id}', '/api/ticket-keys'];
    const served = answers.filter(({ status }) => status !== 503).map(({ path }) => path);
    expect(served.filter((path) => !others.includes(path))).toEqual([]);
  });
});
