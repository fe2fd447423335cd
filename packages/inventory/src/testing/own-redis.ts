import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** On the PATH wherever the local stack runs, which starts the same one. */
const SERVER_PROGRAM = 'redis-server';
const READY_WITHIN_MS = 10_000;

/** A Redis server of one test's own, which may be killed and given older data; every write is on disk when it answers. */
export interface OwnRedis {
  readonly redis: Redis;
  /** Ends the process with no chance to write anything. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Keeps a copy of the data as it is on disk. */
  backUp(): Promise<void>;
  /** Puts the copy back; only while the server is down. */
  restore(): Promise<void>;
  remove(): Promise<void>;
}

export async function ownRedis(): Promise<OwnRedis> {
  const parent = await mkdtemp(join(tmpdir(), 'inventory-redis-'));
  const [data, copy] = [join(parent, 'data'), join(parent, 'copy')];
  const port = await freePort();
  const redis = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => 50 });
  // The connection breaks whenever the server is killed; commands tell of it.
  redis.on('error', () => undefined);
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    await mkdir(data, { recursive: true });
    server = spawn(
      SERVER_PROGRAM,
      ['--port', String(port), '--bind', '127.0.0.1', '--dir', data, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'], // prettier-ignore
      { stdio: 'ignore' },
    );
    await redis.connect().catch(() => undefined);
    const deadline = Date.now() + READY_WITHIN_MS;
    while ((await redis.ping().catch(() => null)) !== 'PONG') {
      if (Date.now() > deadline) throw new Error(`redis-server did not answer within ${READY_WITHIN_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function kill(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  }

  return {
    redis,
    start,
    kill,
    backUp: () => cp(data, copy, { recursive: true }),
    restore: async () => {
      await rm(data, { recursive: true });
      await cp(copy, data, { recursive: true });
    },
    remove: async () => {
      redis.disconnect();
      await kill();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
