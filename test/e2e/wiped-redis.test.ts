import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { newBuyer, openOffice, validSerials, type Office } from '../support/office.js';

/** A database of this office's own on the run's Redis, so that wiping it takes nothing from other tests. */
const DATABASE = 5;
const TICKETS = 150;
const BUYERS_AT_ONCE = 12;
/** Redis is wiped once so many tickets are sold. */
const WIPED_AT = [30, 90];
const REPEAT_AFTER_MS = 50;
const SALE_LIMIT_MS = 120_000;

let office: Office;
let redis: Redis;

beforeAll(async () => {
  const redisUrl = `${inject('stack').redisUrl}/${DATABASE}`;
  office = await openOffice({ api: 2, worker: 1, auditConsumer: 1 }, { REDIS_URL: redisUrl });
  redis = new Redis(redisUrl);
});

afterAll(async () => {
  redis.disconnect();
  await office.close();
});

interface Told {
  readonly status: number;
  readonly problem: string;
  readonly serials: readonly number[];
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

it(
  'a Redis that is wiped in the middle of a sale: 503 for a moment, then it goes on, to exactly as many as there are',
  { timeout: 180_000 },
  async () => {
    const { id: eventId } = await office.createEvent({ total: TICKETS });
    const deadline = Date.now() + SALE_LIMIT_MS;
    const told: Told[] = [];
    const wipedAtMs: number[] = [];
    const sold = (): Told[] => told.filter(({ status }) => status === 201);

    async function ask(as: string, key: string, gateway: number): Promise<Told> {
      const askedAtMs = Date.now();
      const { status, body } = await office.call('POST', '/api/tickets/purchase', {
        ...{ as, role: 'buyer', gateway, headers: { 'idempotency-key': key } },
        body: { eventId, quantity: 1, payment: { method: 'pm_approve' } },
      });
      const problem = status >= 400 ? body.type : '';
      const serials = status === 201 ? body.tickets.map(({ serial }) => serial) : [];
      const answer = { status, problem, serials, askedAtMs, answeredAtMs: Date.now() };
      told.push(answer);
      return answer;
    }

    /** One buyer after the other, each asking until told yes or no, until one is told that it is sold out. */
    async function buyUntilSoldOut(gateway: number): Promise<void> {
      for (;;) {
        const [as, key] = [newBuyer(), randomUUID()];
        let answer = await ask(as, key, gateway);
        while (answer.status === 503 || answer.status === 202) {
          if (Date.now() > deadline) throw new Error('the sale does not go on');
          await sleep(REPEAT_AFTER_MS);
          answer = await ask(as, key, gateway);
        }
        if (answer.status === 409) return;
        expect(answer).toMatchObject({ status: 201 });
        if (sold().length >= (WIPED_AT[wipedAtMs.length] ?? Infinity)) {
          wipedAtMs.push(Date.now());
          await redis.flushdb();
        }
      }
    }

    await Promise.all(Array.from({ length: BUYERS_AT_ONCE }, (_, i) => buyUntilSoldOut(i % 2)));

    expect(wipedAtMs).toHaveLength(WIPED_AT.length);
    const all = Array.from({ length: TICKETS }, (_, i) => i + 1);
    expect(await validSerials(office, eventId)).toEqual(all);
    expect(
      sold()
        .flatMap(({ serials }) => serials)
        .toSorted((a, b) => a - b),
    ).toEqual(all);
    const refused = told.filter(({ status }) => status === 409);
    expect(refused.every(({ problem }) => problem.endsWith('/sold-out'))).toBe(true);

    const outagesS = wipedAtMs.map((wiped) => {
      const next = sold().filter(({ askedAtMs }) => askedAtMs >= wiped);
      return (Math.min(...next.map(({ answeredAtMs }) => answeredAtMs)) - wiped) / 1_000;
    });
    const unavailable = told.filter(({ status }) => status === 503).length;
    console.log(`purchases work again ${outagesS.join(' s and ')} s after Redis was wiped; ${unavailable} answers 503`);
  },
);
