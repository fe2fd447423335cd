import { REDIS_MEMORY_KEY } from '@box-office/contract';
import type { createRedis, Logger } from '@box-office/platform';
import { repeatedly, type Repetition } from './repeatedly.js';

const LOOK_EVERY_MS = 2_000;
/** Renewed by every look. */
const KEPT_S = 24 * 60 * 60;

/**
 * Notices within seconds that Redis was wiped, restarted or restored: the mark that every look leaves there is gone then, or
 * of another process.
 *
 * @param o.rebuild asks for the rebuild; where that fails, the mark is not renewed and the next look asks again
 */
export function watchRedisMemory(o: {
  readonly redis: Pick<ReturnType<typeof createRedis>, 'info' | 'get' | 'set'>;
  readonly rebuild: (cause: string) => Promise<unknown>;
  readonly logger: Logger;
  readonly everyMs?: number;
}): Repetition {
  const { redis, rebuild, logger } = o;
  return repeatedly({
    what: 'see whether Redis has kept its memory',
    everyMs: o.everyMs ?? LOOK_EVERY_MS,
    logger,
    async turn() {
      const runId = /run_id:(\w+)/.exec(await redis.info('server'))?.[1];
      if (runId === undefined) throw new Error('Redis does not say which process it is');
      const known = await redis.get(REDIS_MEMORY_KEY);
      if (known !== runId) {
        const cause = known === null ? 'Redis was wiped, or is new' : 'Redis was restarted or restored';
        logger.warn({ runId, known }, `${cause}: it is rebuilt from PostgreSQL`);
        await rebuild(cause);
      }
      await redis.set(REDIS_MEMORY_KEY, runId, 'EX', KEPT_S);
      return false;
    },
  });
}
