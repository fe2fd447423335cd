import { buildGeneration } from '@box-office/database';
import { openTestDatabase, separateEventIds, type TestDatabase } from '@box-office/database/testing';
import { createInventory } from '@box-office/inventory';
import { createLogger, createRedis, redisReady } from '@box-office/platform';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { inActivity } from '../testing/in-activity.js';
import { soldEvent } from '../testing/sold-event.js';
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

function activities(inventory = createInventory(redis), attempt = 1) {
  const deps = { pool: database.pool, inventory } as unknown as ReconciliationDeps;
  const { rebuildUnusableInventories, rewriteReadModelsOfEvents } = createRedisRebuildActivities(deps);
  return {
    rebuildUnusableInventories: (...args: Parameters<typeof rebuildUnusableInventories>) =>
      inActivity(() => rebuildUnusableInventories(...args), { attempt }),
    rewriteReadModelsOfEvents: (...args: Parameters<typeof rewriteReadModelsOfEvents>) =>
      inActivity(() => rewriteReadModelsOfEvents(...args), { attempt }),
    ...createRebuildActivities(deps),
  };
}

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
  const { rebuildUnusableInventories, rewriteReadModelsOfEvents, rebuildInventory } = activities();
  expect(await rebuildUnusableInventories([past, current], 'test')).toEqual({ rebuilt: 1, failed: [] });
  expect(await rewriteReadModelsOfEvents([past])).toEqual({ rebuilt: 0, failed: [] });
  expect(await rebuildInventory(past, 'operator')).toBe('expired');
  expect(await rebuildInventory(current, 'operator')).toBe(true);
  expect(await redis.keys(`*{event:${past}}*`)).toEqual([]);
  expect(await redis.keys(`*{event:${current}}*`)).not.toEqual([]);
});

/** Changes what the triggers of the tickets refuse to change. */
async function tamper(statement: string, eventId: string): Promise<void> {
  const url = new URL(inject('stack').databaseOwnerUrl);
  url.pathname = new URL(database.databaseUrl).pathname;
  const owner = new pg.Client({ connectionString: url.href });
  await owner.connect();
  await owner.query('alter table event_tickets disable trigger user');
  await owner.query(statement, [eventId]);
  await owner.query('alter table event_tickets enable trigger user');
  await owner.end();
}

it.each([
  ['a serial is above the total', 'update event_ticket_types set total = 1 where event_id = $1'],
  [
    'a purchase has pending and valid tickets',
    `update event_tickets set status = 'pending' where event_id = $1 and serial = 2`,
  ],
])('a rebuild of Redis rebuilds the other events where in one %s, and names that one', async (_, contradict) => {
  const [wrong, other] = [(await soldEvent(database, [2])).eventId, (await soldEvent(database, [1])).eventId];
  await tamper(contradict, wrong);
  const { rebuildUnusableInventories, rebuildInventory } = activities();
  const failed = [{ eventId: wrong, failure: 'its tickets contradict each other' }];
  expect(await rebuildUnusableInventories([wrong, other], 'test')).toEqual({ rebuilt: 1, failed });
  expect(await rebuildUnusableInventories([wrong], 'test')).toEqual({ rebuilt: 0, failed });
  expect(await rebuildInventory(wrong, 'operator')).toBe('contradicted');
});

it('a rebuild of Redis waits for a store that fails at some events, and names them only after many attempts', async () => {
  const [failing, other] = [(await soldEvent(database, [1])).eventId, (await soldEvent(database, [1])).eventId];
  const inventory = createInventory(redis);
  const broken: typeof inventory = {
    ...inventory,
    readAvailability: async (eventId) => {
      if (eventId === failing) throw new Error('no answer');
      return inventory.readAvailability(eventId);
    },
  };
  const rebuild = (attempt: number, eventIds: readonly string[]) =>
    activities(broken, attempt).rebuildUnusableInventories(eventIds, 'test');
  await expect(rebuild(1, [failing, other])).rejects.toThrow('no answer');
  const failed = [{ eventId: failing, failure: 'no answer' }];
  expect(await rebuild(20, [failing, other])).toEqual({ rebuilt: 0, failed });
  expect(await rebuild(20, [failing])).toEqual({ rebuilt: 0, failed });
});
