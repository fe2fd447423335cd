import { createLogger } from '@box-office/platform';
import { describe, expect, it } from 'vitest';
import { watchRedisMemory } from './redis-memory.js';

const logger = createLogger({ service: 'test', level: 'silent' });

/** As much of Redis as the watch needs. */
function openServer() {
  const server = { runId: 'a1', mark: null as string | null };
  return {
    server,
    redis: {
      info: async () => `# Server\r\nrun_id:${server.runId}\r\n`,
      get: async () => server.mark,
      set: async (_key: string, value: string) => ((server.mark = value), 'OK' as const),
    } as unknown as Parameters<typeof watchRedisMemory>[0]['redis'],
  };
}

describe('a Redis that has lost its memory', () => {
  it('is rebuilt when it was wiped and when it is another process, and not while it has kept it', async () => {
    const { server, redis } = openServer();
    const causes: string[] = [];
    const watch = watchRedisMemory({ redis, logger, everyMs: 1, rebuild: async (cause) => causes.push(cause) });
    await expect.poll(() => server.mark).toBe('a1');
    expect(causes).toEqual(['Redis was wiped, or is new']);
    server.runId = 'b2';
    await expect.poll(() => server.mark).toBe('b2');
    server.mark = null;
    await expect.poll(() => server.mark).toBe('b2');
    await watch.stop();
    expect(causes).toEqual([
      'Redis was wiped, or is new',
      'Redis was restarted or restored',
      'Redis was wiped, or is new',
    ]);
  });

  it('is asked for again until the rebuild could be begun', async () => {
    const { server, redis } = openServer();
    let asked = 0;
    const rebuild = async (): Promise<void> => {
      asked += 1;
      if (asked < 3) throw new Error('Temporal is away');
    };
    const watch = watchRedisMemory({ redis, logger, everyMs: 1, rebuild });
    await expect.poll(() => server.mark).toBe('a1');
    await watch.stop();
    expect(asked).toBe(3);
  });
});
