import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventKey, purchaseKey, type IdempotencyRecord, type PurchaseOutcome } from '@box-office/contract';
import { createPool } from '@box-office/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartReply } from '../batching/purchase-starter.js';
import { logger, openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

const STARTED: StartReply = { kind: 'started', already: false };
const UNKNOWN: StartReply = { kind: 'unknown' };

describe('202: the purchase continues', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await openTestGateway();
  });
  afterAll(() => test.close());

  interface Open {
    readonly purchaseId: string;
    readonly status: string;
    readonly statusUrl: string;
  }

  async function open(response: Response): Promise<Open> {
    expect(response.status).toBe(202);
    return (await response.json()) as Open;
  }

  const recordOf = async (purchaseId: string) =>
    JSON.parse((await test.redis.get(purchaseKey(purchaseId))) ?? 'null') as IdempotencyRecord<PurchaseOutcome> | null;

  it('is answered when the wait ends first, with the address at which to ask', async () => {
    const slow = test.another({ waitMs: 60, start: async () => STARTED });
    const event = await test.createEvent([standard(1)]);
    const token = await tokenOf('ann');
    const response = await slow.buy({ eventId: event.id, quantity: 1 }, { token });
    const body = await open(response);
    expect(response.headers.get('Location')).toBe(`/api/purchases/${body.purchaseId}`);
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(body).toEqual({ purchaseId: body.purchaseId, status: 'open', statusUrl: response.headers.get('Location') });
    const seen = await test.request('GET', body.statusUrl, { token });
    expect([seen.status, ((await seen.json()) as Open).status]).toEqual([200, 'open']);
    expect((await test.request('GET', body.statusUrl, { token: await tokenOf('ben') })).status).toBe(404);
  });

  it('is given to a repeat too, which starts nothing, and later the final answer', async () => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const slow = test.another({
      waitMs: 60,
      start: async (order, run) => {
        void finished.then(() => run(order));
        return STARTED;
      },
    });
    const event = await test.createEvent([standard(1)]);
    const once = { key: randomUUID(), token: await tokenOf('ben') };
    const body = { eventId: event.id, quantity: 1 };
    const first = await open(await slow.buy(body, once));
    const repeat = await slow.buy(body, once);
    expect(await open(repeat)).toEqual(first);
    expect(repeat.headers.get('Idempotent-Replayed')).toBe('true');
    expect(slow.starts).toHaveLength(1);
    finish();
    // Another gateway, to which this purchase is unknown, waits for it and answers it.
    const answered = await test.another().buy(body, once);
    expect(answered.status).toBe(201);
    expect(((await answered.json()) as Open).purchaseId).toBe(first.purchaseId);
  });

  it('is the answer when it is unknown whether the start arrived, and a repeat sends it again', async () => {
    const uncertain = test.another({ waitMs: 60, start: async () => UNKNOWN });
    const event = await test.createEvent([standard(1)]);
    const once = { key: randomUUID(), token: await tokenOf('cleo') };
    const body = { eventId: event.id, quantity: 1 };
    const { purchaseId } = await open(await uncertain.buy(body, once));
    expect(await recordOf(purchaseId)).toMatchObject({ state: 'sent' });
    const other = test.another();
    expect((await other.buy(body, once)).status).toBe(201);
    expect(other.starts).toEqual(
      uncertain.starts.map((order) => ({ ...order, requestId: other.starts[0]?.requestId })),
    );
  });

  it('is kept after a start that never arrived: asking at its address has it sent again after a minute', async () => {
    const lost = test.another({ waitMs: 60, start: async () => UNKNOWN });
    const event = await test.createEvent([standard(1)]);
    const token = await tokenOf('hal');
    const { purchaseId, statusUrl } = await open(await lost.buy({ eventId: event.id, quantity: 1 }, { token }));
    await expect.poll(() => recordOf(purchaseId)).toMatchObject({ state: 'sent' });
    const other = test.another();
    const ask = async (as = token) => (await other.request('GET', statusUrl, { token: as })).json() as Promise<Open>;
    expect(await ask()).toMatchObject({ status: 'open' });
    await test.redis.set(purchaseKey(purchaseId), JSON.stringify({ ...(await recordOf(purchaseId)), sentMs: 0 }));
    expect(await ask(await tokenOf('ida'))).toMatchObject({ status: 404 });
    expect(other.starts).toEqual([]);
    await expect.poll(() => ask()).toMatchObject({ status: 'confirmed', tickets: [{ serial: 1 }] });
    expect(other.starts).toEqual(lost.starts);
  });

  it('is kept where another request under its key comes next: it is sent again, and the other one gets 422', async () => {
    const lost = test.another({ waitMs: 60, start: async () => UNKNOWN });
    const event = await test.createEvent([standard(1)]);
    const once = { key: randomUUID(), token: await tokenOf('kim') };
    const { purchaseId } = await open(await lost.buy({ eventId: event.id, quantity: 1 }, once));
    await expect.poll(() => recordOf(purchaseId)).toMatchObject({ state: 'sent' });
    const other = test.another({ waitMs: 200 });
    const buyOther = () => other.buy({ eventId: event.id, quantity: 2 }, once);
    expect((await buyOther()).status).toBe(409);
    expect(other.starts).toEqual([]);
    await test.redis.set(purchaseKey(purchaseId), JSON.stringify({ ...(await recordOf(purchaseId)), sentMs: 0 }));
    await expect.poll(async () => (await buyOther()).status).toBe(422);
    expect(other.starts).toEqual(lost.starts);
    expect((await test.buy({ eventId: event.id, quantity: 1 }, once)).status).toBe(201);
  });

  it('is kept also if the gateway that sends it again dies before it does', async () => {
    const lost = test.another({ waitMs: 60, start: async () => UNKNOWN });
    const event = await test.createEvent([standard(1)]);
    const once = { key: randomUUID(), token: await tokenOf('jon') };
    const body = { eventId: event.id, quantity: 1 };
    const { purchaseId, statusUrl } = await open(await lost.buy(body, once));
    await expect.poll(() => recordOf(purchaseId)).toMatchObject({ state: 'sent' });
    const dying = test.another({ waitMs: 60, start: () => new Promise(() => undefined) });
    void dying.buy(body, once);
    await expect.poll(() => recordOf(purchaseId)).toMatchObject({ state: 'admitted' });
    await test.redis.set(purchaseKey(purchaseId), JSON.stringify({ ...(await recordOf(purchaseId)), deadlineMs: 0 }));
    const other = test.another();
    await expect
      .poll(async () => (await other.request('GET', statusUrl, { token: once.token })).json())
      .toMatchObject({ status: 'confirmed', tickets: [{ serial: 1 }] });
  });

  it('is followed by another start when nothing has claimed the purchase for seconds: its workflow may be gone', async () => {
    const lost = test.another({ waitMs: 60, start: async () => STARTED });
    const event = await test.createEvent([standard(1)]);
    const once = { key: randomUUID(), token: await tokenOf('gus') };
    const body = { eventId: event.id, quantity: 1 };
    const { purchaseId } = await open(await lost.buy(body, once));
    await expect.poll(() => recordOf(purchaseId)).toMatchObject({ state: 'started' });
    await test.redis.set(purchaseKey(purchaseId), JSON.stringify({ ...(await recordOf(purchaseId)), startedMs: 0 }));
    expect((await test.buy(body, once)).status).toBe(201);
  });

  it('stays 202 when a later start fails for certain, because an earlier one may have arrived', async () => {
    const uncertain = test.another({ waitMs: 60, start: async () => UNKNOWN });
    const refused = test.another({
      start: async () => ({ kind: 'not_started', cause: 'not_taken', retryAfterS: 2 }),
    });
    const event = await test.createEvent([standard(1)]);
    const once = { key: randomUUID(), token: await tokenOf('dora') };
    const body = { eventId: event.id, quantity: 1 };
    await open(await uncertain.buy(body, once));
    await open(await refused.buy(body, once));
  });

  it('stays 202 while PostgreSQL is unavailable, and the record of the start is kept', async () => {
    const uncertain = test.another({ waitMs: 60, start: async () => UNKNOWN });
    const pool = createPool({ url: 'postgres://127.0.0.1:1/none', applicationName: 'away', max: 1, logger });
    const withoutPostgres = test.another({ waitMs: 60, start: async () => STARTED }, { pool });
    const event = await test.createEvent([standard(1)]);
    const once = { key: randomUUID(), token: await tokenOf('fay') };
    const body = { eventId: event.id, quantity: 1 };
    const { purchaseId } = await open(await uncertain.buy(body, once));
    // Without its read model the event is looked for in PostgreSQL.
    await test.redis.del(eventKey(event.id));
    await open(await withoutPostgres.buy(body, once));
    await expect.poll(() => recordOf(purchaseId)).toMatchObject({ state: 'sent' });
    expect(withoutPostgres.starts).toEqual([]);
    await pool.end();
  });

  it('never becomes a refusal by the pre-check, even if the event has sold out meanwhile', async () => {
    const uncertain = test.another({ waitMs: 60, start: async () => UNKNOWN });
    const event = await test.createEvent([standard(1)]);
    const once = { key: randomUUID(), token: await tokenOf('emil') };
    const body = { eventId: event.id, quantity: 1 };
    await open(await uncertain.buy(body, once));
    expect((await test.buy(body)).status).toBe(201);
    const again = test.another({ waitMs: 60, start: async () => STARTED });
    await open(await again.buy(body, once));
    expect(again.starts).toHaveLength(1);
  });

  it('is the immediate answer to all waiting requests when the gateway shuts down', async () => {
    const closing = test.another({ waitMs: 20_000, start: async () => STARTED });
    const event = await test.createEvent([standard(5)]);
    const answers = [1, 2, 3].map(() => closing.buy({ eventId: event.id, quantity: 1 }));
    while (closing.starts.length < 3) await sleep(5);
    const before = performance.now();
    closing.gateway.failReadiness();
    closing.gateway.drain();
    for (const answer of await Promise.all(answers)) await open(answer);
    expect(performance.now() - before).toBeLessThan(1_000);
    expect((await closing.request('GET', '/readyz')).status).toBe(503);
    expect((await closing.request('GET', '/livez')).status).toBe(200);
  });

  it('is followed by the outcome at the address of the purchase', async () => {
    const slow = test.another({
      waitMs: 1,
      start: async (order, run) => {
        setTimeout(() => void run(order), 100);
        return STARTED;
      },
    });
    const event = await test.createEvent([standard(1)]);
    const token = await tokenOf('finn');
    const { statusUrl } = await open(await slow.buy({ eventId: event.id, quantity: 1 }, { token }));
    await expect
      .poll(async () => (await (await test.request('GET', statusUrl, { token })).json()) as Open)
      .toMatchObject({ status: 'confirmed', tickets: [{ serial: 1 }] });
  });
});
