import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { measureAuthentications } from './authentications.js';
import { measureDeliveries } from './deliveries.js';
import { measureExactness } from './message-exactness.js';
import { openVolumeHarness, type VolumeHarness } from './volume-harness.js';
import { rebuildLargeEvent } from './large-rebuild.js';
import { measureSteadyLag } from './steady-lag.js';

const LOCAL = fileURLToPath(new URL('../../.local/', import.meta.url));
/** With this prefix `npm test` removes it, however the run ended. */
const DIR = `${LOCAL}test-volume-${process.pid}`;
const silent = { info: () => undefined, warn: () => undefined };

let harness: VolumeHarness;

beforeAll(async () => {
  harness = await openVolumeHarness({ dir: DIR, report: silent });
});
afterAll(() => harness.close());

it('a killed and restarted consumer applies every message once, in random order and with duplicates', async () => {
  const { differences, delivered } = await measureExactness(harness, {
    messages: 3_000,
    duplicates: 0.1,
    kills: 1,
    seed: 'small',
  });
  expect(differences).toEqual([]);
  expect(delivered).toBe(3_300);
});

it('rebuilding an event with many sold tickets delays neither Redis nor the buyers of another event', async () => {
  const rebuild = await rebuildLargeEvent(harness, 10_000);
  expect(rebuild.soldInRedis).toBe(10_001);
  expect(rebuild.soldInPostgres).toBe(10_001);
  expect(rebuild.others.refused).toEqual([]);
  expect(rebuild.others.sold).toBeGreaterThan(0);
  expect(rebuild.maxRedisCommand.ms).toBeLessThan(100);
});

it('measures the consumer’s lag behind sales at a steady rate', async () => {
  const lag = await measureSteadyLag(harness, { perSecond: 100, seconds: 2 });
  expect(lag.capacity.p50Ms).toBeGreaterThan(0);
  expect(lag.capacity.maxMs).toBeGreaterThanOrEqual(lag.capacity.p50Ms);
  expect(lag.audit.p50Ms).toBeGreaterThan(0);
});

it('sells to buyers who authenticate, and returns the tickets of those who do not or are declined then', async () => {
  const own = await openVolumeHarness({ dir: `${DIR}-authentications`, report: silent, reconciles: true });
  try {
    const { ended, differences } = await measureAuthentications(own, { purchases: 30, timeoutMs: 10_000 });
    expect(differences).toEqual([]);
    expect(ended).toEqual({
      confirmed: 10,
      'declined: authentication_timed_out': 10,
      'declined: card_declined': 10,
    });
  } finally {
    await own.close();
  }
}, 180_000);

it('delivers each message to an integrator whose endpoint fails half of the time', async () => {
  const { differences, requests, messages } = await measureDeliveries(harness, { messages: 200, seed: 'small' });
  expect(differences).toEqual([]);
  expect(requests).toBeGreaterThan(1.5 * messages);
}, 180_000);
