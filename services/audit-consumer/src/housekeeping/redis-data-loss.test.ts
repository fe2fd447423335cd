import { createLogger } from '@box-office/platform';
import { describe, expect, it } from 'vitest';
import { watchRedisDataLoss } from './redis-data-loss.js';

const logger = createLogger({ service: 'test', level: 'silent' });

/** The commands of Redis that the watch uses, over plain values. */
function createFakeRedis() {
  const server = { runId: 'a1', storedRunId: null as string | null };
  return {
    server,
    redis: {
      info: async () => `# Server\r\nrun_id:${server.runId}\r\n`,
      get: async () => server.storedRunId,
      set: async (_key: string, value: string) => ((server.storedRunId = value), 'OK' as const),
    } as unknown as Parameters<typeof watchRedisDataLoss>[0]['redis'],
  };
}

describe('the watch for data loss in Redis', () => {
  it('requests a rebuild after a flush and after a restart, and none while the data is there', async () => {
    const { server, redis } = createFakeRedis();
    const causes: string[] = [];
    const watch = watchRedisDataLoss({ redis, logger, intervalMs: 1, rebuild: async (cause) => causes.push(cause) });
    await expect.poll(() => server.storedRunId).toBe('a1');
    expect(causes).toEqual(['Redis is new or was flushed']);
    server.runId = 'b2';
    await expect.poll(() => server.storedRunId).toBe('b2');
    server.storedRunId = null;
    await expect.poll(() => server.storedRunId).toBe('b2');
    await watch.stop();
    expect(causes).toEqual([
      'Redis is new or was flushed',
      'Redis was restarted or restored',
      'Redis is new or was flushed',
    ]);
  });

  it('requests the rebuild again until it starts', async () => {
    const { server, redis } = createFakeRedis();
    let requests = 0;
    const rebuild = async (): Promise<void> => {
      requests += 1;
      if (requests < 3) throw new Error('Temporal is unavailable');
    };
    const watch = watchRedisDataLoss({ redis, logger, intervalMs: 1, rebuild });
    await expect.poll(() => server.storedRunId).toBe('a1');
    await watch.stop();
    expect(requests).toBe(3);
  });
});
