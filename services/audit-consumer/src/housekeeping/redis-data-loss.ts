import { REDIS_MEMORY_KEY } from '@box-office/contract';
import { runPeriodically, type createRedis, type Logger, type PeriodicTask } from '@box-office/platform';

const CHECK_INTERVAL_MS = 2_000;
/** Every check renews it. */
const KEY_TTL_S = 24 * 60 * 60;

/**
 * Detects within seconds that Redis was flushed, restarted or restored. Every check writes the `run_id` of the Redis
 * process into a key; data is lost if the key is missing or has another `run_id`.
 *
 * @param o.rebuild requests the rebuild. If it fails, the key is not written, and the next check requests it again.
 */
export function watchRedisDataLoss(o: {
  readonly redis: Pick<ReturnType<typeof createRedis>, 'info' | 'get' | 'set'>;
  readonly rebuild: (cause: string) => Promise<unknown>;
  readonly logger: Logger;
  readonly intervalMs?: number;
}): PeriodicTask {
  const { redis, rebuild, logger } = o;
  return runPeriodically({
    name: 'check whether Redis lost its data',
    intervalMs: o.intervalMs ?? CHECK_INTERVAL_MS,
    logger,
    async execute() {
      const runId = /run_id:(\w+)/.exec(await redis.info('server'))?.[1];
      if (runId === undefined) throw new Error('INFO of Redis has no run_id');
      const storedRunId = await redis.get(REDIS_MEMORY_KEY);
      if (storedRunId !== runId) {
        const cause = storedRunId === null ? 'Redis is new or was flushed' : 'Redis was restarted or restored';
        logger.warn({ runId, storedRunId }, `${cause}: rebuilding it from PostgreSQL`);
        await rebuild(cause);
      }
      await redis.set(REDIS_MEMORY_KEY, runId, 'EX', KEY_TTL_S);
      return false;
    },
  });
}
