import type { Redis } from 'ioredis';
import { MAX_WRITES_PER_CALL } from './write-if-newer.js';

/**
 * The texts of read models as they stand, in the order of the keys; null where there is none, also where a key is of
 * another type.
 *
 * @throws RangeError for too many keys
 */
export async function storedModels(redis: Redis, keys: readonly string[]): Promise<(string | null)[]> {
  checkCount(keys);
  if (keys.length === 0) return [];
  return redis.mget(...keys);
}

/**
 * Removes read models, so that the next version-compared write stands whatever stood before. Readers turn to PostgreSQL
 * in between. What is written next must have been read after this.
 *
 * @throws RangeError for too many keys
 */
export async function forgetModels(redis: Redis, keys: readonly string[]): Promise<void> {
  checkCount(keys);
  if (keys.length === 0) return;
  await redis.unlink(...keys);
}

function checkCount(keys: readonly string[]): void {
  if (keys.length > MAX_WRITES_PER_CALL) throw new RangeError(`${keys.length} read models in one call`);
}
