import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { createLogger } from './logger.js';
import { createRedis, keepSubscribed, reconnectDelayMs, redisReady } from './redis.js';

const logger = createLogger({ service: 'test', level: 'silent' });

/** A wire to the real server that can be cut, or made deaf (commands arrive, answers do not come back). */
async function startWire(): Promise<{
  url: string;
  cut(): void;
  mend(): Promise<void>;
  deafen(): void;
  close(): void;
}> {
  const target = new URL(inject('stack').redisUrl);
  const sockets = new Set<Socket>();
  let deaf = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port || 6379), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.on('data', (data) => {
      if (!deaf) near.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = new URL(target);
  address.hostname = '127.0.0.1';
  address.port = String(port);
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: address.href,
    cut,
    mend: async () => {
      deaf = false;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    deafen: () => {
      deaf = true;
    },
    close: cut,
  };
}

describe('createRedis', () => {
  let redis: Redis | undefined;
  let close: (() => void) | undefined;
  afterEach(() => {
    redis?.disconnect();
    close?.();
  });

  async function start(commandTimeoutMs?: number) {
    const wire = await startWire();
    close = wire.close;
    const options = { url: wire.url, name: 'platform-test', logger };
    redis = createRedis(commandTimeoutMs === undefined ? options : { ...options, commandTimeoutMs });
    await redisReady(redis, 5_000);
    // Behind the connection's own INFO: a cut while that waits for its answer would be a reset instead of an end.
    await redis.ping();
    return { wire, redis };
  }

  it('fails commands at once while the server is unavailable, and works again when it is back', async () => {
    const { wire, redis } = await start(10_000);
    wire.cut();
    await once(redis, 'close');
    const startedAt = Date.now();
    await expect(redis.get('any')).rejects.toThrow();
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    await wire.mend();
    await redisReady(redis, 5_000);
    expect(await redis.ping()).toBe('PONG');
  });

  it('never sends a command twice: one whose answer was lost fails, and has taken effect once', async () => {
    const { wire, redis } = await start(10_000);
    const key = `platform-test:${randomUUID()}`;
    wire.deafen();
    const lost = redis.incr(key);
    const rejected = expect(lost).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 200));
    wire.cut();
    await rejected;
    await wire.mend();
    await redisReady(redis, 5_000);
    expect(await redis.get(key)).toBe('1');
    await redis.del(key);
  });

  it('limits the wait for an answer', async () => {
    const { wire, redis } = await start(100);
    wire.deafen();
    await expect(redis.ping()).rejects.toThrow('timed out');
  });
});

describe('keepSubscribed', () => {
  const url = inject('stack').redisUrl;
  const publisher = createRedis({ url, name: 'platform-test', logger });
  afterAll(() => publisher.disconnect());

  it('survives a connection that is lost each time it subscribes, and hears messages again', async () => {
    const channel = `platform-test:${randomUUID()}`;
    const sockets = new Set<Socket>();
    const target = new URL(url);
    let cuts = 0;
    const server = createServer((near) => {
      const far = connect(Number(target.port || 6379), target.hostname);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
      far.pipe(near);
      near.on('data', (data) => {
        if (data.toString().includes(channel) && cuts < 7) {
          cuts++;
          near.destroy();
        } else far.write(data);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = new URL(target);
    address.port = String((server.address() as AddressInfo).port);
    const subscriber = createRedis({ url: address.href, name: 'platform-test', logger });
    const heard: string[] = [];
    const subscription = keepSubscribed({ redis: subscriber, channel, onMessage: (text) => heard.push(text), logger });
    await expect.poll(() => publisher.publish(channel, 'hello')).toBe(1);
    expect(cuts).toBe(7);
    await expect.poll(() => heard).toEqual(['hello']);
    subscription.stop();
    subscriber.disconnect();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('survives seven kills in a row of its connection', async () => {
    const channel = `platform-test:${randomUUID()}`;
    const name = `platform-test-${randomUUID()}`;
    const subscriber = createRedis({ url, name, logger });
    const heard: string[] = [];
    const subscription = keepSubscribed({ redis: subscriber, channel, onMessage: (text) => heard.push(text), logger });
    for (let kills = 0; kills < 7;) {
      const line = String(await publisher.client('LIST'))
        .split('\n')
        .find((one) => one.includes(`name=${name} `));
      const id = /^id=(\d+)/.exec(line ?? '')?.[1];
      if (id !== undefined) kills += Number(await publisher.client('KILL', 'ID', id));
    }
    await expect.poll(() => publisher.publish(channel, 'hello')).toBe(1);
    await expect.poll(() => heard).toEqual(['hello']);
    subscription.stop();
    subscriber.disconnect();
  });
});

describe('redisReady', () => {
  it('gives up after the limit', async () => {
    const redis = createRedis({ url: 'redis://127.0.0.1:1', name: 'platform-test', logger });
    await expect(redisReady(redis, 100)).rejects.toThrow('within 100 ms');
    redis.disconnect();
  });
});

describe('reconnectDelayMs', () => {
  it('doubles from 50 ms to 2 s and stays there', () => {
    expect([1, 2, 3, 6, 7, 1_000].map(reconnectDelayMs)).toEqual([50, 100, 200, 1_600, 2_000, 2_000]);
  });
});
