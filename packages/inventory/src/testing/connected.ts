import { Redis } from 'ioredis';
import { afterAll, inject } from 'vitest';

/** A connection to the test run's Redis, closed after the test file. */
export function connected(): Redis {
  const redis = new Redis(inject('stack').redisUrl);
  afterAll(() => redis.disconnect());
  return redis;
}
