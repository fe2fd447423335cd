import type { RedisClient } from './script.js';
import { MAX_WRITES_PER_CALL } from './write-if-newer.js';

/**
 * The texts of read models as they stand, null where there is none, in the order of the keys.
 *
 * @throws RangeError for too many keys
 */
export async function storedModels(redis: RedisClient, keys: readonly string[]): Promise<(string | null)[]> {
  checkCount(keys);
  if (keys.length === 0) return [];
  return readTexts(redis, keys);
}

/** The texts at these keys, in their order; null where there is none, also where a key is of another type. */
export async function readTexts(redis: RedisClient, keys: readonly string[]): Promise<(string | null)[]> {
  if (!redis.isCluster) return redis.mget(...keys);
  // The keys are in different slots of a cluster, where one MGET for all of them would be refused.
  return (await Promise.all(keys.map((key) => redis.mget(key)))).map(([text]) => text ?? null);
}

/**
 * Removes read models, so that the next version-compared write stands whatever stood before. Readers turn to PostgreSQL
 * in between. What is written next must have been read after this.
 *
 * @throws RangeError for too many keys
 */
export async function forgetModels(redis: RedisClient, keys: readonly string[]): Promise<void> {
  checkCount(keys);
  if (keys.length === 0) return;
  if (redis.isCluster) await Promise.all(keys.map((key) => redis.unlink(key)));
  else await redis.unlink(...keys);
}

function checkCount(keys: readonly string[]): void {
  if (keys.length > MAX_WRITES_PER_CALL) throw new RangeError(`${keys.length} read models in one call`);
}
