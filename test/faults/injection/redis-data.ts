import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { nothingToEnd, type FaultKind } from './fault.js';

const TIMEOUT_MS = 5_000;

/** FLUSHALL: the process continues without any data. */
export const redisWipe: FaultKind = {
  name: 'wipe redis',
  losesRedisData: true,
  draw: () => ({
    what: 'FLUSHALL',
    uses: ['redis'],
    durationMs: 0,
    async begin({ stack }) {
      const redis = connect(stack.addresses.redisUrl);
      try {
        await redis.flushall();
      } finally {
        redis.disconnect();
      }
      return nothingToEnd;
    },
  }),
};

/** Kills Redis and restarts it with its append-only file from some seconds before. */
export const redisOld: FaultKind = {
  name: 'old redis',
  losesRedisData: true,
  draw(random) {
    const ageMs = random.pick([1_000, 3_000, 6_000]);
    return {
      what: `restore of an append-only file that is ${ageMs} ms old`,
      uses: ['redis'],
      durationMs: 0,
      async begin({ stack }) {
        const data = await appendOnlyDirectory(stack.addresses.redisUrl);
        const parent = await mkdtemp(join(tmpdir(), 'old-redis-'));
        const copy = join(parent, 'copy');
        await cp(data, copy, { recursive: true });
        await sleep(ageMs);
        await stack.servers.redis.kill('SIGKILL');
        await rm(data, { recursive: true });
        await cp(copy, data, { recursive: true });
        await rm(parent, { recursive: true });
        return () => stack.servers.redis.start();
      },
    };
  },
};

/** The directory of the append-only files (since Redis 7). */
async function appendOnlyDirectory(redisUrl: string): Promise<string> {
  const redis = connect(redisUrl);
  try {
    const read = async (name: string): Promise<string> => {
      const reply: unknown = await redis.config('GET', name);
      const value: unknown = Array.isArray(reply) ? reply[1] : undefined;
      if (typeof value !== 'string') throw new Error(`Redis has no setting ${name}`);
      return value;
    };
    return join(await read('dir'), await read('appenddirname'));
  } finally {
    redis.disconnect();
  }
}

function connect(redisUrl: string): Redis {
  const redis = new Redis(redisUrl, { commandTimeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS, retryStrategy: null });
  redis.on('error', () => undefined);
  return redis;
}
