import { randomUUID } from 'node:crypto';
import { eventKey, holdKey, purchaseKey, userTicketsKey } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from './testing/gateway.js';

const RUBBISH = [
  '',
  'null',
  '7',
  '"text"',
  '[]',
  '{}',
  '{"state":"done"}',
  '{"id":',
  '\u0000\u00ff',
  'x'.repeat(2_000_000),
];

describe('a value in Redis that the gateway did not write', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await openTestGateway();
  });
  afterAll(() => test.close());

  /** Rubbish of every kind, put in the place of a key. */
  const puts = (key: string): (() => Promise<unknown>)[] => [
    ...RUBBISH.map((text) => () => test.redis.set(key, text)),
    () => test.redis.set(key, Buffer.from([0xff, 0xfe, 0x00, 0x7b])),
    () => test.redis.multi().del(key).hset(key, 'a', 'b').exec(),
    () => test.redis.multi().del(key).rpush(key, 'a').exec(),
    () => test.redis.multi().del(key).zadd(key, 1, 'a').exec(),
    () => test.redis.multi().del(key).xadd(key, '*', 'a', 'b').exec(),
  ];

  it('at `event:<id>` changes no answer: events are shown, sold, held and refused as if there were none', async () => {
    const token = await tokenOf('ann');
    const event = await test.createEvent([standard(1_000)], { limitPerBuyer: 1_000 });
    const soldOut = await test.createEvent([standard(0)]);
    for (const [i, put] of puts(eventKey(event.id)).entries()) {
      await put();
      expect((await test.request('GET', `/api/events/${event.id}`)).status).toBe(200);
      expect((await test.request('GET', '/api/events')).status).toBe(200);
      expect((await test.buy({ eventId: event.id, quantity: 1 }, { token })).status).toBe(201);
      await put();
      const hold = await test.request('POST', '/api/tickets/holds', {
        token,
        body: { eventId: event.id, quantity: 1 },
        headers: { 'Idempotency-Key': `hold ${i}` },
      });
      expect(hold.status).toBe(201);
      await puts(eventKey(soldOut.id))[i]?.();
      expect((await test.buy({ eventId: soldOut.id, quantity: 1 })).status).toBe(409);
    }
    expect(test.unreadable).toContain('event');
  });

  it('at `purchase:<id>` neither sells a second time nor keeps a buyer from buying', async () => {
    const event = await test.createEvent([standard(1_000)]);
    for (const i of puts('').keys()) {
      const [key, token] = [randomUUID(), await tokenOf(`buyer_${randomUUID()}`)];
      const first = await test.buy({ eventId: event.id, quantity: 1 }, { key, token });
      const body = (await first.json()) as { purchaseId: string; tickets: unknown };
      const at = purchaseKey(body.purchaseId);
      await puts(at)[i]?.();
      const shown = await test.request('GET', `/api/purchases/${body.purchaseId}`, { token });
      expect([shown.status, await shown.json()]).toMatchObject([200, { status: 'confirmed' }]);
      await puts(at)[i]?.();
      const again = await test.buy({ eventId: event.id, quantity: 1 }, { key, token });
      expect([again.status, await again.json()]).toMatchObject([201, { tickets: body.tickets }]);
      await puts(at)[i]?.();
      const other = await test.buy({ eventId: event.id, quantity: 2 }, { key, token });
      expect(other.status).toBe(422);
      // Another gateway, to which nothing of it is known.
      await puts(at)[i]?.();
      expect((await test.another().buy({ eventId: event.id, quantity: 1 }, { key, token })).status).toBe(201);
    }
    expect(test.unreadable).toContain('purchase');
  });

  it('at `purchase:<id>` with a cause that is not known is no outcome of the purchase', async () => {
    const event = await test.createEvent([standard(10)]);
    const [key, token] = [randomUUID(), await tokenOf(`buyer_${randomUUID()}`)];
    const buy = () => test.buy({ eventId: event.id, quantity: 1 }, { key, token });
    const { purchaseId } = (await (await buy()).json()) as { purchaseId: string };
    const at = purchaseKey(purchaseId);
    const isDone = async () => (JSON.parse((await test.redis.get(at)) ?? '{}') as { state?: string }).state;
    await expect.poll(isDone).toBe('done');
    const record = JSON.parse((await test.redis.get(at)) ?? '') as object;
    const outcome = { kind: 'refused', reason: 'not_on_sale', cause: 'unheard_of' };
    await test.redis.set(at, JSON.stringify({ ...record, outcome }));
    expect((await buy()).status).toBe(201);
  });

  it('at `hold:<id>` neither holds a second time nor keeps a buyer from holding', async () => {
    const event = await test.createEvent([standard(1_000)]);
    for (const i of puts('').keys()) {
      const headers = { 'Idempotency-Key': randomUUID() };
      const token = await tokenOf(`buyer_${randomUUID()}`);
      const hold = (at: TestGateway) =>
        at.request('POST', '/api/tickets/holds', { token, headers, body: { eventId: event.id, quantity: 1 } });
      const first = (await (await hold(test)).json()) as { holdId: string };
      for (const at of [test, test.another()]) {
        await puts(holdKey(first.holdId))[i]?.();
        const again = await hold(at);
        expect([again.status, await again.json()]).toEqual([201, first]);
      }
    }
    expect(test.unreadable).toContain('hold');
  });

  it('at `event_tickets:<user>` is not shown; what PostgreSQL has is', async () => {
    const event = await test.createEvent([standard(10)]);
    const user = `buyer_${randomUUID()}`;
    const token = await tokenOf(user);
    await test.buy({ eventId: event.id, quantity: 2 }, { token });
    const key = userTicketsKey(user);
    const others = [
      '{"userId":"another","version":9,"tickets":[]}',
      `{"userId":"${user}","version":9,"tickets":[null]}`,
    ];
    for (const put of [...puts(key), ...others.map((text) => () => test.redis.set(key, text))]) {
      await put();
      const shown = await test.request('GET', `/api/users/${user}/tickets`, { token });
      const { tickets } = (await shown.json()) as { tickets: unknown[] };
      expect([shown.status, tickets.length]).toEqual([200, 2]);
    }
    expect(test.unreadable).toContain('event_tickets');
  });
});
