import { buildGeneration } from '@box-office/database';
import { openTestDatabase, separateEventIds, type TestDatabase } from '@box-office/database/testing';
import { createInventory } from '@box-office/inventory';
import { createLogger, createRedis, redisReady } from '@box-office/platform';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { createRebuildActivities } from './rebuild-event.js';
import { createRedisRebuildActivities } from './rebuild-redis.js';

const logger = createLogger({ service: 'test', level: 'silent' });
let database: TestDatabase;
let redis: ReturnType<typeof createRedis>;

beforeAll(async () => {
  const stack = inject('stack');
  database = await openTestDatabase(stack, 4);
  await separateEventIds(database.databaseUrl, stack.databaseOwnerUrl);
  redis = createRedis({ url: stack.redisUrl, name: 'rebuild test', logger });
  await redisReady(redis, 5_000);
});
afterAll(async () => {
  redis.disconnect();
  await database.close();
});

it('a rebuild of Redis leaves out events whose lifetime in Redis is over', async () => {
  const { pool } = database;
  const [past, current] = [await database.createEvent(), await database.createEvent()];
  for (const eventId of [past, current]) {
    await buildGeneration(pool, { eventId, seen: 0, cause: 'test', stalledAfterMs: 0 }, async () => true);
  }
  await pool.query(
    `update events set starts_at = now() - interval '101 d', ends_at = now() - interval '100 d',
                       sale_starts_at = null, sale_ends_at = null, cancellable_until = null where id = $1`,
    [past],
  );
  const deps = { pool, inventory: createInventory(redis), logger } as unknown as ReconciliationDeps;
  const { rebuildUnusableInventories, rewriteReadModelsOfEvents } = createRedisRebuildActivities(deps);
  const { rebuildInventory } = createRebuildActivities(deps);
  expect(await rebuildUnusableInventories([past, current], 'test')).toBe(1);
  expect(await rewriteReadModelsOfEvents([past])).toBe(0);
  expect(await rebuildInventory(past, 'operator')).toBe('expired');
  expect(await rebuildInventory(current, 'operator')).toBe(true);
  expect(await redis.keys(`*{event:${past}}*`)).toEqual([]);
  expect(await redis.keys(`*{event:${current}}*`)).not.toEqual([]);
});
