import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { newBuyer, startTestSystem, validSerials, type TestSystem } from '../support/test-system.js';

/** A separate database of the run's Redis, so that wiping it does not affect other tests. */
const DATABASE = 5;
const TICKETS = 150;
const CONCURRENT_BUYERS = 12;
/** Redis is wiped when so many tickets are sold. */
const WIPED_AT = [30, 90];
const REPEAT_AFTER_MS = 50;
const SALE_TIMEOUT_MS = 120_000;

let system: TestSystem;
let redis: Redis;

beforeAll(async () => {
  const redisUrl = `${inject('stack').redisUrl}/${DATABASE}`;
  system = await startTestSystem({ api: 2, worker: 1, auditConsumer: 1 }, { REDIS_URL: redisUrl });
  redis = new Redis(redisUrl);
});

afterAll(async () => {
  redis.disconnect();
  await system.close();
});

interface RecordedAnswer {
  readonly status: number;
  readonly problem: string;
  readonly serials: readonly number[];
  readonly requestedAtMs: number;
  readonly answeredAtMs: number;
}

it(
  'a Redis that is wiped during a sale: 503 for a moment, then the sale continues until exactly all tickets are sold',
  { timeout: 180_000 },
  async () => {
    const { id: eventId } = await system.createEvent({ total: TICKETS });
    const deadline = Date.now() + SALE_TIMEOUT_MS;
    const answers: RecordedAnswer[] = [];
    const wipedAtMs: number[] = [];
    const sold = (): RecordedAnswer[] => answers.filter(({ status }) => status === 201);

    async function buy(as: string, key: string, gateway: number): Promise<RecordedAnswer> {
      const requestedAtMs = Date.now();
      const { status, body } = await system.call('POST', '/api/tickets/purchase', {
        as,
        role: 'buyer',
        gateway,
        headers: { 'idempotency-key': key },
        body: { eventId, quantity: 1, payment: { method: 'pm_approve' } },
      });
      const problem = status >= 400 ? body.type : '';
      const serials = status === 201 ? body.tickets.map(({ serial }) => serial) : [];
      const answer = { status, problem, serials, requestedAtMs, answeredAtMs: Date.now() };
      answers.push(answer);
      return answer;
    }

    /**
     * One buyer after the other; each repeats its request until it is confirmed or refused. Ends when it is sold out.
     */
    async function buyUntilSoldOut(gateway: number): Promise<void> {
      for (;;) {
        const [as, key] = [newBuyer(), randomUUID()];
        let answer = await buy(as, key, gateway);
        while (answer.status === 503 || answer.status === 202) {
          if (Date.now() > deadline) throw new Error('the sale does not continue');
          await sleep(REPEAT_AFTER_MS);
          answer = await buy(as, key, gateway);
        }
        if (answer.status === 409) return;
        expect(answer).toMatchObject({ status: 201 });
        if (sold().length >= (WIPED_AT[wipedAtMs.length] ?? Infinity)) {
          wipedAtMs.push(Date.now());
          await redis.flushdb();
        }
      }
    }

    await Promise.all(Array.from({ length: CONCURRENT_BUYERS }, (_, i) => buyUntilSoldOut(i % 2)));

    expect(wipedAtMs).toHaveLength(WIPED_AT.length);
    const all = Array.from({ length: TICKETS }, (_, i) => i + 1);
    expect(await validSerials(system, eventId)).toEqual(all);
    expect(
      sold()
        .flatMap(({ serials }) => serials)
        .toSorted((a, b) => a - b),
    ).toEqual(all);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.every(({ problem }) => problem.endsWith('/sold-out'))).toBe(true);

    const outagesS = wipedAtMs.map((wiped) => {
      const next = sold().filter(({ requestedAtMs }) => requestedAtMs >= wiped);
      return (Math.min(...next.map(({ answeredAtMs }) => answeredAtMs)) - wiped) / 1_000;
    });
    const unavailable = answers.filter(({ status }) => status === 503).length;
    console.log(`purchases work again ${outagesS.join(' s and ')} s after Redis was wiped; ${unavailable} answers 503`);
  },
);
