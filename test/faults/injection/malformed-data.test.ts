import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createRandom } from '../random.js';
import { corruptKeys } from './malformed-data.js';

// A database of its own: the others have keys of other tests.
const redis = new Redis(inject('stack').redisUrl, { db: 9 });
beforeAll(() => redis.flushdb());
afterAll(async () => {
  await redis.flushdb();
  redis.disconnect();
});

const HASHES = { '{event:1}:holds': ['a', 'b'], '{event:1}:sales': ['c', 'd', 'e'], '{event:2}:buyers': ['u'] };
const TEXTS = ['purchase:1', 'hold:1', 'event:1', 'event_tickets:u', 'transaction:T'];
const ROUNDS = 100;

async function plant(): Promise<void> {
  await redis.flushdb();
  for (const [key, fields] of Object.entries(HASHES)) {
    await redis.hset(key, Object.fromEntries(fields.map((field) => [field, 'as it was'])));
  }
  for (const key of TEXTS) await redis.set(key, 'as it was');
  await redis.zadd('{event:1}:free', 0, 'as it was');
}

/** The fields of a hash that are not as they were; all of them if it is no hash any more. */
async function changedFields(key: keyof typeof HASHES): Promise<string[]> {
  const fields = (await redis.type(key)) === 'hash' ? await redis.hgetall(key) : {};
  return HASHES[key].filter((field) => fields[field] !== 'as it was');
}

async function isChanged(key: string): Promise<boolean> {
  if (key === '{event:1}:free') return (await redis.type(key)) !== 'zset';
  return (await redis.type(key)) !== 'string' || (await redis.get(key)) !== 'as it was';
}

it('malformed data records each key and each field that it overwrites, and no other', async () => {
  const random = createRandom('malformed data');
  const overwritten = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    await plant();
    const sinceMs = Date.now();
    const corrupted = await corruptKeys(redis, random);
    const recorded = new Map(corrupted.map(({ key, fields }) => [key, [...fields].sort()]));
    for (const key of Object.keys(HASHES) as (keyof typeof HASHES)[]) {
      expect(recorded.get(key) ?? []).toEqual(await changedFields(key));
    }
    for (const key of [...TEXTS, '{event:1}:free']) expect(recorded.has(key)).toBe(await isChanged(key));
    expect(corrupted.every(({ atMs }) => atMs >= sinceMs && atMs <= Date.now())).toBe(true);
    for (const { key } of corrupted) overwritten.add(key);
  }
  expect([...overwritten]).toEqual(expect.arrayContaining([...Object.keys(HASHES), ...TEXTS]));
});
