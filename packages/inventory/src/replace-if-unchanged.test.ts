import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { replaceIfUnchanged } from './replace-if-unchanged.js';
import { connected } from './testing/connected.js';

const redis = connected();
const replace = (key: string, expected: string, next: string): Promise<boolean> =>
  replaceIfUnchanged(redis, { key, expected, next, ttlS: 60 });

describe('replaceIfUnchanged', () => {
  it('puts the new text, with its time to live, over the expected one alone', async () => {
    const key = `purchase:${randomUUID()}`;
    await redis.set(key, 'first');
    expect(await replace(key, 'another', 'second')).toBe(false);
    expect(await redis.get(key)).toBe('first');
    expect(await replace(key, 'first', 'second')).toBe(true);
    expect(await redis.get(key)).toBe('second');
    expect(await redis.ttl(key)).toBeGreaterThan(0);
  });

  it('deletes the expected text where the new one is empty', async () => {
    const key = `purchase:${randomUUID()}`;
    await redis.set(key, 'first');
    expect(await replace(key, 'another', '')).toBe(false);
    expect(await replace(key, 'first', '')).toBe(true);
    expect(await redis.exists(key)).toBe(0);
  });

  it('leaves a missing key and one of another type as they are', async () => {
    const [missing, list] = [`purchase:${randomUUID()}`, `purchase:${randomUUID()}`];
    await redis.rpush(list, 'first');
    expect([await replace(missing, 'first', 'second'), await replace(list, 'first', 'second')]).toEqual([false, false]);
    expect(await redis.lrange(list, 0, -1)).toEqual(['first']);
  });
});
