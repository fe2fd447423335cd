import { randomUUID } from 'node:crypto';
import { holdKey, purchaseKey } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HoldClient } from './hold-client.js';
import { openTestGateway, standard, type TestGateway } from '../testing/gateway.js';
import { holdRequestsTo, newBuyer, read, type HoldRequests } from './testing/hold-requests.js';

let test: TestGateway;
let hold: HoldRequests['hold'];
let release: HoldRequests['release'];
let show: HoldRequests['show'];
let buy: HoldRequests['buy'];
let availableOf: HoldRequests['availableOf'];
let held: HoldRequests['held'];

beforeAll(async () => {
  test = await openTestGateway();
  ({ hold, release, show, buy, availableOf, held } = holdRequestsTo(test));
});
afterAll(() => test.close());

describe('201: the tickets are held', () => {
  it('answers with serial numbers and the end, for ten minutes by default', async () => {
    const { buyer, holdId, taken, eventId } = await held(5, 2);
    const remainingMs = Date.parse(taken.body.expiresAt) - Date.now();
    expect(taken.body).toEqual({
      holdId,
      eventId,
      items: [{ ticketType: 'Standard', serials: [1, 2], priceMinor: 4_500, taxRatePpm: 0 }],
      fees: [],
      taxMinor: 0,
      amountMinor: 9_000,
      currency: 'EUR',
      expiresAt: taken.body.expiresAt,
    });
    expect(Math.abs(remainingMs - 600_000)).toBeLessThan(20_000);
    expect(taken.headers.get('Location')).toBe(`/api/tickets/holds/${holdId}`);
    expect((await show(holdId, buyer.token)).body).toMatchObject({ status: 'active', items: taken.body.items });
    expect(await availableOf(eventId)).toBe(3);
    const short = await held(1, 1, 30);
    expect(Date.parse(short.taken.body.expiresAt) - Date.now()).toBeLessThan(31_000);
  });

  it('gives a repeat the very same body, whatever became of the hold since', async () => {
    const { buyer, holdId, taken, eventId } = await held(2, 2);
    await release(holdId, buyer.token);
    const repeat = await hold({ eventId, quantity: 2 }, buyer);
    expect([repeat.status, repeat.body]).toEqual([201, taken.body]);
    expect(repeat.headers.get('Idempotent-Replayed')).toBe('true');
    await test.redis.del(holdKey(holdId));
    const known = await hold({ eventId, quantity: 2 }, buyer);
    expect(known.body).toEqual(taken.body);
    expect(known.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await availableOf(eventId)).toBe(2);
  });

  it('lets several gateways answer one key with one hold', async () => {
    const event = await test.createEvent([standard(100)]);
    const [buyer, other] = [await newBuyer(), test.another()];
    const ask = (i: number) => hold({ eventId: event.id, quantity: 3 }, buyer, i % 2 ? other : test);
    const replies = await Promise.all(Array.from({ length: 30 }, (_, i) => ask(i)));
    const last = await ask(0);
    for (const { status, body } of replies) {
      expect([201, 409]).toContain(status);
      if (status === 201) expect(body).toEqual(last.body);
    }
    expect(await availableOf(event.id)).toBe(97);
  });

  it('holds items of several types, all or none', async () => {
    const event = await test.createEvent([standard(3), { name: 'Student', priceMinor: 900, total: 1 }]);
    const items = [
      { ticketType: 'Student', quantity: 1 },
      { ticketType: 'Standard', quantity: 2 },
    ];
    const first = await hold({ eventId: event.id, items }, await newBuyer());
    expect(first.body.items).toEqual([
      { ticketType: 'Standard', serials: [1, 2], priceMinor: 4_500, taxRatePpm: 0 },
      { ticketType: 'Student', serials: [1], priceMinor: 900, taxRatePpm: 0 },
    ]);
    expect((await hold({ eventId: event.id, items }, await newBuyer())).body.type).toBe('/problems/not-enough-left');
    expect(await availableOf(event.id)).toBe(1);
  });
});

describe('202: it is not known yet whether the tickets are held', () => {
  it('says where to ask, and a repeat brings the answer', async () => {
    let call = 0;
    const holdClient = (simulated: HoldClient): HoldClient => ({
      ...simulated,
      take: async (order, labels) => (++call === 1 ? { kind: 'unknown' } : simulated.take(order, labels)),
    });
    const slow = test.another({ holdClient });
    const [event, buyer] = [await test.createEvent([standard(1)]), await newBuyer()];
    const first = await hold({ eventId: event.id, quantity: 1 }, buyer, slow);
    expect(first.status).toBe(202);
    expect(first.headers.get('Location')).toBe(`/api/tickets/holds/${first.body.holdId}`);
    expect((await show(first.body.holdId, buyer.token)).body.status).toBe('open');
    // Whatever the event has left now, the start may have arrived: only the workflow may refuse.
    expect((await hold({ eventId: event.id, quantity: 1 }, buyer, slow)).status).toBe(201);
  });

  it('and a call that never arrived is sent again when the buyer asks after a minute', async () => {
    const holdClient = (simulated: HoldClient): HoldClient => ({
      ...simulated,
      take: async () => ({ kind: 'unknown' }),
    });
    const [event, buyer] = [await test.createEvent([standard(1)]), await newBuyer()];
    const { holdId } = (await hold({ eventId: event.id, quantity: 1 }, buyer, test.another({ holdClient }))).body;
    const sent = async () => JSON.parse((await test.redis.get(holdKey(holdId))) ?? '{}') as { state: string };
    await expect.poll(sent).toMatchObject({ state: 'sent' });
    expect((await show(holdId, buyer.token)).body.status).toBe('open');
    await test.redis.set(holdKey(holdId), JSON.stringify({ ...(await sent()), sentMs: 0 }));
    await expect.poll(async () => (await show(holdId, buyer.token)).body.status).toBe('active');
  });
});

describe('409: nothing is held', () => {
  it('when it is sold out or not enough is left, and again for the same key when there is room again', async () => {
    const { eventId, buyer, holdId } = await held(2, 2);
    const late = await newBuyer();
    const refused = await hold({ eventId, quantity: 1 }, late);
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/sold-out', available: 0 } });
    expect((await show(refused.body.holdId, late.token)).body).toMatchObject({ status: 'refused' });
    await release(holdId, buyer.token);
    const again = await hold({ eventId, quantity: 1 }, late);
    expect([again.status, again.body]).toEqual([409, refused.body]);
    expect((await hold({ eventId, quantity: 3 }, await newBuyer())).body).toMatchObject({ available: 2 });
  });

  it('while another request with the key is decided for longer than a request waits; the key is not one of a purchase', async () => {
    const [event, buyer] = [await test.createEvent([standard(1)]), await newBuyer()];
    const { holdId } = (await hold({ eventId: event.id, quantity: 1 }, buyer)).body;
    expect(await test.redis.exists(purchaseKey(holdId))).toBe(0);
    expect((await read(test.request('GET', `/api/purchases/${holdId}`, { token: buyer.token }))).status).toBe(404);
    const record = JSON.parse((await test.redis.get(holdKey(holdId))) ?? '') as object;
    const admitted = { ...record, state: 'admitted', gateway: 'another', deadlineMs: Date.now() + 60_000 };
    await test.redis.set(holdKey(holdId), JSON.stringify(admitted));
    const refused = await hold({ eventId: event.id, quantity: 1 }, buyer);
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/hold-in-flight', holdId } });
    expect(refused.headers.get('Retry-After')).toBe('1');
    await test.redis.set(holdKey(holdId), JSON.stringify({ ...admitted, deadlineMs: Date.now() - 1 }));
    expect(await hold({ eventId: event.id, quantity: 1 }, buyer)).toMatchObject({ status: 201, body: { holdId } });
  });

  it('when the buyer would have more than the limit, bought and held together', async () => {
    const event = await test.createEvent([standard(50)], { limitPerBuyer: 4 });
    const buyer = await newBuyer();
    expect((await buy({ eventId: event.id, quantity: 2 }, buyer.token)).status).toBe(201);
    expect((await hold({ eventId: event.id, quantity: 1 }, buyer)).status).toBe(201);
    const over = await hold({ eventId: event.id, quantity: 2 }, { ...buyer, key: randomUUID() });
    expect(over).toMatchObject({ status: 409, body: { type: '/problems/over-buyer-limit', limit: 4, held: 3 } });
    expect((await buy({ eventId: event.id, quantity: 2 }, buyer.token)).body.type).toBe('/problems/over-buyer-limit');
  });
});

describe('a request for a hold that is wrong', () => {
  it.each([
    ['no quantity', 422, { quantity: undefined }],
    ['more time than is given', 422, { seconds: 1_801 }],
    ['another user', 403, { userId: 'other' }],
    ['an unknown event', 404, { eventId: '999' }],
    ['an unknown ticket type', 422, { ticketType: 'Throne' }],
  ])('with %s is answered %i', async (_, status, changes) => {
    const event = await test.createEvent([standard(1)]);
    expect((await hold({ eventId: event.id, quantity: 1, ...changes }, await newBuyer())).status).toBe(status);
  });

  it('with no key is answered 400, with a used key and another body 422, with no token 401', async () => {
    const { eventId, buyer } = await held(5, 1);
    expect((await hold({ eventId, quantity: 1 }, { ...buyer, key: '' })).status).toBe(400);
    expect((await hold({ eventId, quantity: 2 }, buyer)).body.type).toBe('/problems/idempotency-key-reused');
    expect((await hold({ eventId, quantity: 1, seconds: 60 }, buyer)).status).toBe(422);
    expect((await test.request('DELETE', `/api/tickets/holds/${randomUUID()}`)).status).toBe(401);
  });

  it('and whose key Redis lost does not make the key another one’s', async () => {
    const { eventId, buyer, taken } = await held(10, 2);
    await test.redis.del(holdKey(taken.body.holdId));
    let letGo = (): void => undefined;
    const released = new Promise<void>((resolve) => (letGo = resolve));
    let isStarting = (): void => undefined;
    const starting = new Promise<void>((resolve) => (isStarting = resolve));
    const holdClient = (simulated: HoldClient): HoldClient => ({
      ...simulated,
      take: async (order, labels) => {
        isStarting();
        await released;
        return simulated.take(order, labels);
      },
    });
    const other = hold({ eventId, quantity: 3 }, buyer, test.another({ holdClient }));
    await starting;
    expect(await hold({ eventId, quantity: 2 }, buyer)).toMatchObject({ status: 201, body: taken.body });
    letGo();
    expect((await other).status).toBe(422);
  });

  it('of another buyer does not exist for this one', async () => {
    const { holdId, eventId } = await held(5, 1);
    const stranger = await newBuyer();
    expect((await show(holdId, stranger.token)).body.type).toBe('/problems/unknown-hold');
    expect((await release(holdId, stranger.token)).status).toBe(404);
    expect((await buy({ eventId, holdId }, stranger.token)).status).toBe(404);
    expect((await show('no id', stranger.token)).status).toBe(404);
  });

  it('when Temporal is unavailable is answered 503, and the key stays free', async () => {
    const holdClient = (simulated: HoldClient): HoldClient => ({
      ...simulated,
      take: async () => ({ kind: 'not_sent', retryAfterS: 2 }),
    });
    const [event, buyer] = [await test.createEvent([standard(1)]), await newBuyer()];
    const refused = await hold({ eventId: event.id, quantity: 1 }, buyer, test.another({ holdClient }));
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '2']);
    expect((await hold({ eventId: event.id, quantity: 1 }, buyer)).status).toBe(201);
  });
});

describe('releasing a hold', () => {
  it('frees its tickets, and says the same however often it is done', async () => {
    const { holdId, buyer, eventId } = await held(2, 2);
    for (let i = 0; i < 2; i++) {
      expect(await release(holdId, buyer.token)).toMatchObject({ status: 200, body: { holdId, status: 'released' } });
    }
    expect(await availableOf(eventId)).toBe(2);
    expect((await hold({ eventId, quantity: 2 }, await newBuyer())).status).toBe(201);
  });

  it('that a purchase has used is refused', async () => {
    const { holdId, buyer, eventId } = await held(2, 2);
    const bought = await buy({ eventId, holdId }, buyer.token);
    const used = await release(holdId, buyer.token);
    expect([used.status, used.body.type]).toEqual([409, '/problems/hold-used']);
    expect(used.body.purchaseId).toBe(bought.body.purchaseId);
    expect((await show(holdId, buyer.token)).body).toMatchObject({
      status: 'used',
      purchaseId: bought.body.purchaseId,
    });
  });

  it('is answered 503 while it is not known, and then as it is', async () => {
    const { holdId, buyer } = await held(2, 2);
    const holdClient = (simulated: HoldClient): HoldClient => ({
      ...simulated,
      release: async () => ({ kind: 'unknown' }),
    });
    expect((await release(holdId, buyer.token, test.another({ holdClient }))).status).toBe(503);
    expect((await release(holdId, buyer.token)).status).toBe(200);
  });
});
