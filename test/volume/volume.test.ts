import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { proveExactness } from './exactness.js';
import { openGround, type Ground } from './ground.js';
import { rebuildLargeEvent } from './large-event.js';
import { measureSteadyLag } from './steady.js';

const LOCAL = fileURLToPath(new URL('../../.local/', import.meta.url));
/** Named so that `npm test` clears it, however the run ended. */
const DIR = `${LOCAL}test-volume-${process.pid}`;
const silent = { info: () => undefined, warn: () => undefined };

let ground: Ground;

beforeAll(async () => {
  ground = await openGround({ dir: DIR, report: silent });
}, 120_000);
afterAll(() => ground.close());

it('a consumer that is killed in the middle counts every message once, in random order and with repetitions', async () => {
  const { wrong, delivered } = await proveExactness(ground, {
    ...{ messages: 3_000, duplicates: 0.1, kills: 1, seed: 'small' },
  });
  expect(wrong).toEqual([]);
  expect(delivered).toBe(3_300);
}, 120_000);

it('an event with many tickets sold is rebuilt without keeping Redis or the buyers of another one waiting', async () => {
  const rebuild = await rebuildLargeEvent(ground, 10_000);
  expect(rebuild.soldInRedis).toBe(10_001);
  expect(rebuild.soldOnRecord).toBe(10_001);
  expect(rebuild.others.refused).toEqual([]);
  expect(rebuild.others.sold).toBeGreaterThan(0);
  expect(rebuild.longestRedisCommand.ms).toBeLessThan(100);
}, 120_000);

it('tells how far the consumer is behind a steady rate', async () => {
  const lag = await measureSteadyLag(ground, { perSecond: 100, seconds: 2 });
  expect(lag.capacity.p50Ms).toBeGreaterThan(0);
  expect(lag.capacity.maxMs).toBeGreaterThanOrEqual(lag.capacity.p50Ms);
  expect(lag.audit.p50Ms).toBeGreaterThan(0);
}, 60_000);
