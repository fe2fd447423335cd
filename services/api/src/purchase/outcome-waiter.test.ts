import { randomUUID } from 'node:crypto';
import { NO_REFUNDS, OUTCOMES_CHANNEL, type OutcomeNotification, type PurchaseOutcome } from '@box-office/contract';
import { createRedis, redisReady } from '@box-office/platform';
import type { PurchaseRow } from '@box-office/database';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { createForeignValues } from '../foreign-values.js';
import { logger } from '../testing/gateway.js';
import { createDeclines } from './buyer-limits.js';
import { createOutcomeWaiter, type OutcomeWaiter } from './outcome-waiter.js';

const DECLINED: PurchaseOutcome = { kind: 'declined', reason: 'insufficient_funds' };
const rowOf = (purchaseId: string, outcome: PurchaseOutcome | null, fingerprint = 'mine'): PurchaseRow => ({
  purchaseId,
  fingerprint,
  outcome,
  transactionId: 'T',
  userId: 'ann',
  eventId: '1',
  status: outcome === null ? 'claimed' : 'declined',
  items: [],
  fees: null,
  nextAction: null,
  usedHoldId: null,
  requestId: 'request-1',
  confirmedAt: null,
  eventEndsAt: null,
  amountMinor: 0,
  currency: 'EUR',
  ...NO_REFUNDS,
  cancellations: [],
  tickets: [],
  version: 1,
  generation: 1,
  createdAt: '',
  updatedAt: '',
});

describe('waiting for an outcome', () => {
  let redis: Redis;
  let subscriber: Redis;
  let waiter: OutcomeWaiter;
  /** PostgreSQL, as far as the waiter checks. */
  let rows: PurchaseRow[];
  let checks: string[][];
  let isUnavailable: boolean;
  let unreadable: string[];
  const foreign = createForeignValues((source, _, why) => unreadable.push(`${source}: ${why}`));

  beforeAll(async () => {
    const url = inject('stack').redisUrl;
    redis = createRedis({ url, name: 'waiter test', logger });
    subscriber = createRedis({ url, name: 'waiter test outcomes', logger });
    await Promise.all([redisReady(redis, 5_000), redisReady(subscriber, 5_000)]);
  });
  afterEach(() => {
    waiter.drain();
    vi.useRealTimers();
  });
  afterAll(() => {
    redis.disconnect();
    subscriber.disconnect();
  });
  beforeEach(async () => {
    // The waiter's clock; Redis keeps its own. PostgreSQL is asked only as `pass` lets time go by.
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    [rows, checks, isUnavailable, unreadable] = [[], [], false, []];
    const findPurchases = async (ids: readonly string[]): Promise<PurchaseRow[]> => {
      checks.push([...ids]);
      if (isUnavailable) throw new Error('Connection terminated');
      return rows.filter((row) => ids.includes(row.purchaseId));
    };
    const declines = createDeclines({ free: 0, maxDelayS: 0 });
    waiter = createOutcomeWaiter({ subscriber, findPurchases, foreign, declines, logger });
    await subscriber.subscribe(OUTCOMES_CHANNEL);
  });

  const publish = (...outcomes: OutcomeNotification[]) => redis.publish(OUTCOMES_CHANNEL, JSON.stringify(outcomes));
  const outcome = { kind: 'outcome', outcome: DECLINED };
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('ends with the notification, without a query of PostgreSQL', async () => {
    const purchaseId = randomUUID();
    const { ended } = waiter.wait(purchaseId, 'mine', 5_000);
    await publish({ purchaseId: randomUUID(), fingerprint: 'mine', outcome: DECLINED });
    await publish({ purchaseId, fingerprint: 'mine', outcome: DECLINED });
    expect(await ended).toMatchObject(outcome);
    expect(checks).toEqual([]);
    expect(waiter.size()).toBe(0);
  });

  it('ignores whatever is not a notification, and reads those beside it', async () => {
    const purchaseId = randomUUID();
    const { ended } = waiter.wait(purchaseId, 'mine', 5_000);
    const wrong = { purchaseId, fingerprint: 'mine' };
    const messages = ['null', '7', '"text"', '{}', '[null, 7, [], {}]', '[{"purchaseId":', '', 'x'.repeat(2_000_000)];
    for (const message of messages) await redis.publish(OUTCOMES_CHANNEL, message);
    for (const shape of [{ kind: 'confirmed' }, null, { kind: 'declined' }, { kind: 'refused', reason: 'sold_out' }]) {
      await redis.publish(OUTCOMES_CHANNEL, JSON.stringify([{ ...wrong, outcome: shape }]));
    }
    expect(waiter.size()).toBe(1);
    await redis.publish(OUTCOMES_CHANNEL, JSON.stringify([null, { ...wrong, outcome: DECLINED }]));
    expect(await ended).toEqual(outcome);
    expect(unreadable.length).toBeGreaterThan(messages.length);
  });

  it('ends for all requests that wait for the purchase', async () => {
    const purchaseId = randomUUID();
    const waits = [1, 2, 3].map(() => waiter.wait(purchaseId, 'mine', 5_000).ended);
    await publish({ purchaseId, fingerprint: 'mine', outcome: DECLINED });
    expect(await Promise.all(waits)).toEqual([outcome, outcome, outcome]);
  });

  it('checks PostgreSQL at once after a notification without a fingerprint', async () => {
    const purchaseId = randomUUID();
    rows = [rowOf(purchaseId, DECLINED)];
    const { ended } = waiter.wait(purchaseId, 'mine', 5_000);
    await publish({ purchaseId, outcome: DECLINED });
    expect(await ended).toMatchObject(outcome);
  });

  it('never hands out the outcome of another request with the same key', async () => {
    const purchaseId = randomUUID();
    rows = [rowOf(purchaseId, DECLINED, 'theirs')];
    const { ended } = waiter.wait(purchaseId, 'mine', 5_000);
    const theirs = waiter.wait(purchaseId, 'theirs', 5_000);
    await publish({ purchaseId, fingerprint: 'theirs', outcome: DECLINED });
    expect(await ended).toMatchObject({ kind: 'other_request', row: { fingerprint: 'theirs' } });
    expect(await theirs.ended).toMatchObject(outcome);
  });

  it('finds outcomes without a notification, asking for all purchases in one query', async () => {
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const waits = ids.map((id) => waiter.wait(id, 'mine', 5_000).ended);
    rows = ids.map((id) => rowOf(id, DECLINED));
    await pass(150);
    expect(await Promise.all(waits)).toMatchObject(ids.map(() => outcome));
    expect(checks).toEqual([ids]);
  });

  it('checks later where notifications take longer, and earlier again where they are missing', async () => {
    const askedAfter = async (): Promise<number> => {
      const purchaseId = randomUUID();
      rows = [rowOf(purchaseId, DECLINED)];
      const startedMs = Date.now();
      const { ended } = waiter.wait(purchaseId, 'mine', 5_000);
      while (waiter.size() > 0) await pass(50);
      expect(await ended).toMatchObject(outcome);
      return Date.now() - startedMs;
    };
    expect(await askedAfter()).toBe(150);
    const ids = Array.from({ length: 40 }, () => randomUUID());
    const waits = ids.map((id) => waiter.wait(id, 'mine', 5_000).ended);
    await pass(400);
    await publish(...ids.map((purchaseId) => ({ purchaseId, fingerprint: 'mine', outcome: DECLINED })));
    await Promise.all(waits);
    const asked: number[] = [];
    for (let lost = 1; lost <= 4; lost++) asked.push(await askedAfter());
    expect(asked).toEqual([750, 400, 200, 150]);
  });

  it('continues through an unavailable PostgreSQL, and ends at its deadline', async () => {
    isUnavailable = true;
    const [lost, found] = [randomUUID(), randomUUID()];
    const lostWait = waiter.wait(lost, 'mine', 300).ended;
    const foundWait = waiter.wait(found, 'mine', 5_000).ended;
    await pass(300);
    expect(await lostWait).toEqual({ kind: 'open' });
    rows = [rowOf(found, DECLINED)];
    isUnavailable = false;
    await pass(500);
    expect(await foundWait).toMatchObject(outcome);
  });

  it('asks less and less often about a purchase that takes its time', async () => {
    const { ended } = waiter.wait(randomUUID(), 'mine', 2_000);
    const askedAtMs: number[] = [];
    for (let ms = 50; ms <= 2_000; ms += 50) {
      const before = checks.length;
      await pass(50);
      if (checks.length > before) askedAtMs.push(ms);
    }
    expect(await ended).toEqual({ kind: 'open' });
    expect(askedAtMs).toEqual([150, 250, 400, 650, 1_000, 1_500]);
  });

  it('checks at once on request', async () => {
    const purchaseId = randomUUID();
    rows = [rowOf(purchaseId, DECLINED)];
    const { ended } = waiter.wait(purchaseId, 'mine', 5_000);
    waiter.checkNow(purchaseId);
    expect(await ended).toMatchObject(outcome);
  });

  it('ends as open when it is cancelled, and for others only when their time has come', async () => {
    const purchaseId = randomUUID();
    const mine = waiter.wait(purchaseId, 'mine', 5_000);
    const other = waiter.wait(purchaseId, 'mine', 5_000);
    mine.cancel();
    expect(await mine.ended).toEqual({ kind: 'open' });
    expect(waiter.size()).toBe(1);
    other.cancel();
    expect(waiter.size()).toBe(0);
  });

  it('ends as open for all requests once it is drained, and for later ones', async () => {
    const waiting = waiter.wait(randomUUID(), 'mine', 5_000).ended;
    waiter.drain();
    expect(await waiting).toEqual({ kind: 'open' });
    expect(await waiter.wait(randomUUID(), 'mine', 5_000).ended).toEqual({ kind: 'open' });
  });

  it('receives notifications again after the connection was lost', async () => {
    subscriber.disconnect(true);
    await new Promise((resolve) => subscriber.once('ready', resolve));
    await expect.poll(async () => (await redis.pubsub('NUMSUB', OUTCOMES_CHANNEL))[1]).toBeGreaterThan(0);
    const purchaseId = randomUUID();
    const { ended } = waiter.wait(purchaseId, 'mine', 5_000);
    await publish({ purchaseId, fingerprint: 'mine', outcome: DECLINED });
    expect(await ended).toMatchObject(outcome);
    expect(checks).toEqual([]);
  });
});
