import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsTo } from '../checker/calls.js';
import { checkStores } from '../checker/check.js';
import { describeViolation } from '../checker/violation.js';
import { letBuyersCome } from '../faults/buyers/crowd.js';
import { openDesk, type Desk } from '../faults/buyers/desk.js';
import { openGateways, type Gateways } from '../faults/buyers/gateways.js';
import { settle } from '../faults/buyers/task.js';
import { openArena, type Arena } from '../faults/ground/arena.js';
import { createEvents } from '../faults/ground/events.js';
import { createRandom } from '../faults/random.js';
import { until } from '../support/until.js';

/** Named so that `npm test` clears it, however the run ended. A Redis of its own, because it is wiped. */
const DIR = fileURLToPath(new URL(`../../.local/test-rebuild-${process.pid}`, import.meta.url));
const LANES = ['a', 'b'];
/** Most buyers buy, the others look, hold and cancel: so many of them make some 50 purchases a second. */
const BUYERS_PER_SECOND = 75;
const SALE_MS = 12_000;
const silent = { info: () => undefined, warn: () => undefined };

let arena: Arena;
let gateways: Gateways;
let desk: Desk;

beforeAll(async () => {
  arena = await openArena({ dir: DIR, lanes: LANES, report: silent });
  gateways = openGateways({ urls: arena.lanes.map(({ api }) => api.url), jwtSecret: arena.stack.jwtSecret });
  desk = openDesk(gateways, () => undefined);
}, 180_000);
afterAll(() => arena.close({ keepData: false }));

const soldSince = (sinceMs: number): number =>
  callsTo(desk.calls, 'buy').filter(({ answer, answeredAtMs }) => answer.kind === 'ok' && answeredAtMs > sinceMs)
    .length;

async function wipeRedis(): Promise<void> {
  const redis = new Redis(arena.stack.addresses.redisUrl);
  await redis.flushall();
  redis.disconnect();
}

/** Has one event or all of them rebuilt, as an operator would, and waits for the end. */
async function rebuilt(eventId?: string): Promise<void> {
  const operator = { as: 'operator', role: 'operator' } as const;
  const body = eventId === undefined ? {} : { eventId };
  await until(async () => {
    const asked = await gateways.send(
      { method: 'POST', path: '/api/operations/rebuild', ...operator, body },
      0,
      10_000,
    );
    expect(asked.status).toBe(202);
  }, 30_000);
  await until(async () => {
    const path = `/api/operations/rebuild/${eventId ?? 'all'}`;
    const { body: told } = await gateways.send({ method: 'GET', path, ...operator }, 1, 10_000);
    expect(told.status).toBe('finished');
  }, 120_000);
}

describe('Redis that is wiped while some 50 purchases a second run', () => {
  it('is rebuilt, all of it and one event alone, without stopping the sale, and every invariant holds', async () => {
    const events = await createEvents(gateways, (SALE_MS / 1_000) * BUYERS_PER_SECOND * 2.5);
    const random = createRandom('rebuild');
    const buyers = letBuyersCome({
      ...{ desk, events, random, gateways: LANES.length, perSecond: BUYERS_PER_SECOND },
      ...{ patienceMs: [3_000, 12_000], untilMs: Date.now() + SALE_MS, signal: new AbortController().signal },
    });
    await until(() => expect(soldSince(0)).toBeGreaterThan(50), 30_000);
    const wipedAtMs = Date.now();
    await wipeRedis();
    await rebuilt();
    const soldMeanwhile = soldSince(wipedAtMs);
    await rebuilt(events[3]?.eventId);

    const unsettled = await settle(await buyers, LANES.length, 120_000);
    expect(unsettled.map(({ name }) => name)).toEqual([]);
    expect(soldMeanwhile).toBeGreaterThan(0);
    const { addresses } = arena.stack;
    const verdict = await checkStores(
      {
        ...{ ...addresses, redisForgot: true, workflowsLost: false, restTimeoutMs: 180_000, lookEveryMs: 300 },
        consumerMetricsUrls: arena.lanes.map(({ auditConsumer }) => `${auditConsumer.url}/metrics`),
      },
      desk.calls,
    );
    if (verdict.kind === 'violated') expect(verdict.violations.map(describeViolation)).toEqual([]);
    expect(verdict).toMatchObject({ kind: 'holds' });
  }, 420_000);
});
