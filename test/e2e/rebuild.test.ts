import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsTo } from '../checker/calls.js';
import { checkStores } from '../checker/check.js';
import { describeViolation } from '../checker/violation.js';
import { runLoadProfile } from '../faults/buyers/load-profile.js';
import { createBuyerClient, type BuyerClient } from '../faults/buyers/buyer-client.js';
import { openGateways, type Gateways } from '../faults/buyers/gateways.js';
import { retryUntilAnswered } from '../faults/buyers/buyer-request.js';
import { openFaultHarness, type FaultHarness } from '../faults/harness/fault-harness.js';
import { createEvents } from '../faults/harness/events.js';
import { createRandom } from '../faults/random.js';
import { until } from '../support/until.js';

/** With this prefix `npm test` removes it, however the run ended. The test has its own Redis, because it wipes it. */
const DIR = fileURLToPath(new URL(`../../.local/test-rebuild-${process.pid}`, import.meta.url));
const REPLICAS = ['a', 'b'];
/** Most actions are purchases, the others read, hold and cancel: about 50 purchases a second. */
const BUYERS_PER_SECOND = 75;
/** Slow machines sell less, instead of letting the buyers' time limits pass. */
const MAX_CONCURRENT_ACTIONS = 24;
const TICKETS = 2_250;
/** How long the sale continues after Redis was wiped. */
const SALE_MS = 12_000;
const silent = { info: () => undefined, warn: () => undefined };

let harness: FaultHarness;
let gateways: Gateways;
let client: BuyerClient;
const sale = new AbortController();

beforeAll(async () => {
  harness = await openFaultHarness({ dir: DIR, replicas: REPLICAS, report: silent });
  gateways = openGateways({ urls: harness.replicas.map(({ api }) => api.url), jwtSecret: harness.stack.jwtSecret });
  client = createBuyerClient(gateways, () => undefined);
}, 180_000);
afterAll(() => {
  sale.abort();
  return harness.close({ keepData: false });
});

const soldSince = (sinceMs: number): number =>
  callsTo(client.calls, 'buy').filter(({ answer, answeredAtMs }) => answer.kind === 'ok' && answeredAtMs > sinceMs)
    .length;

async function wipeRedis(): Promise<void> {
  const redis = new Redis(harness.stack.addresses.redisUrl);
  await redis.flushall();
  redis.disconnect();
}

/** Rebuilds one event or all events, as an operator would, and waits until it has finished. */
async function rebuild(eventId?: string): Promise<void> {
  const operator = { as: 'operator', role: 'operator' } as const;
  const body = eventId === undefined ? {} : { eventId };
  await until(async () => {
    const requested = await gateways.send(
      { method: 'POST', path: '/api/operations/rebuild', ...operator, body },
      0,
      10_000,
    );
    expect(requested.status).toBe(202);
  }, 30_000);
  await until(async () => {
    const path = `/api/operations/rebuild/${eventId ?? 'all'}`;
    const { body: progress } = await gateways.send({ method: 'GET', path, ...operator }, 1, 10_000);
    expect(progress.status).toBe('finished');
  }, 120_000);
}

describe('Redis that is wiped during 50 purchases a second', () => {
  it('is rebuilt completely, then one event alone, without stopping the sale, and every invariant holds', async () => {
    const events = await createEvents(harness, TICKETS);
    const random = createRandom('rebuild');
    const buyers = runLoadProfile({
      client,
      events,
      random,
      gateways: REPLICAS.length,
      perSecond: BUYERS_PER_SECOND,
      maxConcurrent: MAX_CONCURRENT_ACTIONS,
      clientTimeoutsMs: [3_000, 12_000],
      signal: sale.signal,
    });
    await until(() => expect(soldSince(0)).toBeGreaterThan(50), 60_000);
    const wipedAtMs = Date.now();
    setTimeout(() => sale.abort(), SALE_MS);
    await wipeRedis();
    await rebuild();
    const soldMeanwhile = soldSince(wipedAtMs);
    await rebuild(events[3]?.eventId);

    const unanswered = await retryUntilAnswered(await buyers, REPLICAS.length, 120_000);
    expect(unanswered.map(({ name }) => name)).toEqual([]);
    expect(soldMeanwhile).toBeGreaterThan(0);
    const { addresses } = harness.stack;
    const verdict = await checkStores(
      {
        ...addresses,
        redisLostData: true,
        workflowsTerminated: false,
        corruptedKeys: [],
        quiescenceTimeoutMs: 180_000,
        checkIntervalMs: 300,
        consumerMetricsUrls: harness.replicas.map(({ auditConsumer }) => `${auditConsumer.url}/metrics`),
      },
      client.calls,
    );
    if (verdict.kind === 'violated') expect(verdict.violations.map(describeViolation)).toEqual([]);
    expect(verdict).toMatchObject({ kind: 'holds' });
  }, 420_000);
});
