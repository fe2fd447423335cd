import { randomUUID } from 'node:crypto';
import { purchaseKey } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

describe('201: the tickets are bought', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await openTestGateway();
  });
  afterAll(() => test.close());

  async function bought(body: object, o: { key: string; token: string }) {
    const response = await test.buy(body, o);
    expect(response.status).toBe(201);
    return { response, body: (await response.json()) as Confirmed };
  }

  it('answers with the tickets, what was paid, and where the purchase can be seen', async () => {
    const event = await test.createEvent([standard(10)]);
    const token = await tokenOf('ann');
    const { response, body } = await bought({ eventId: event.id, quantity: 2 }, { key: randomUUID(), token });
    expect(body).toEqual({
      purchaseId: expect.any(String) as string,
      status: 'confirmed',
      transactionId: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/) as string,
      tickets: [
        { ticketId: expect.any(String) as string, ticketType: 'Standard', serial: 1 },
        { ticketId: expect.any(String) as string, ticketType: 'Standard', serial: 2 },
      ],
      amountMinor: 9_000,
      currency: 'EUR',
    });
    expect(response.headers.get('Location')).toBe(`/api/purchases/${body.purchaseId}`);
    expect(response.headers.get('Idempotent-Replayed')).toBeNull();
    const seen = await test.request('GET', `/api/purchases/${body.purchaseId}`, { token });
    expect(await seen.json()).toMatchObject({ status: 'confirmed', tickets: body.tickets, userId: 'ann' });
  });

  it('takes the event id as a number too, and items of several types', async () => {
    const event = await test.createEvent([standard(5), { name: 'Student', priceMinor: 2_500, total: 5 }]);
    const token = await tokenOf('ben');
    const items = [
      { ticketType: 'Student', quantity: 2 },
      { ticketType: 'Standard', quantity: 1 },
    ];
    const { body } = await bought({ eventId: Number(event.id), items }, { key: randomUUID(), token });
    expect(body.tickets).toHaveLength(3);
    expect(body.amountMinor).toBe(9_500);
  });

  it('gives a repeat the very same answer, marked as one, and buys nothing more', async () => {
    const event = await test.createEvent([standard(10)]);
    const once = { key: randomUUID(), token: await tokenOf('cleo') };
    const first = await bought({ eventId: event.id, quantity: 1 }, once);
    const repeat = await bought({ eventId: Number(event.id), quantity: 1 }, once);
    expect(repeat.body).toEqual(first.body);
    expect(repeat.response.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await availableOf(event.id)).toBe(9);
  });

  it('is given again when Redis has lost the record of the key', async () => {
    const event = await test.createEvent([standard(1)]);
    const once = { key: randomUUID(), token: await tokenOf('dora') };
    const first = await bought({ eventId: event.id, quantity: 1 }, once);
    await test.redis.del(purchaseKey(first.body.purchaseId));
    const startsBefore = test.starts.length;
    // The event is sold out now: that must not turn this buyer's 201 into a 409.
    const repeat = await bought({ eventId: event.id, quantity: 1 }, once);
    expect(repeat.body).toEqual(first.body);
    expect(test.starts).toHaveLength(startsBefore);
    expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(409);
  });

  it.each([
    ['by its notification', {}],
    ['by its row', { publishOutcomes: false }],
    ['by Temporal', { start: async () => ({ kind: 'started', already: true }) as const }],
  ])('is marked as a repeat when Redis has lost the record of the key, as it is known %s', async (_, options) => {
    const event = await test.createEvent([standard(10)]);
    const once = { key: randomUUID(), token: await tokenOf('dora') };
    const first = await bought({ eventId: event.id, quantity: 1 }, once);
    await test.redis.del(purchaseKey(first.body.purchaseId));
    const repeat = await test.another(options).buy({ eventId: event.id, quantity: 1 }, once);
    expect(await repeat.json()).toEqual(first.body);
    expect(repeat.headers.get('Idempotent-Replayed')).toBe('true');
    expect(first.response.headers.has('Idempotent-Replayed')).toBe(false);
    expect(await availableOf(event.id)).toBe(9);
  });

  it('does not depend on notifications: PostgreSQL is asked', async () => {
    const silent = test.another({ publishOutcomes: false });
    const event = await test.createEvent([standard(1)]);
    const response = await silent.buy({ eventId: event.id, quantity: 1 });
    expect(response.status).toBe(201);
  });

  it('lets an operator buy for another user', async () => {
    const event = await test.createEvent([standard(1)]);
    const token = await tokenOf('op', { role: 'operator' });
    const { body } = await bought({ eventId: event.id, quantity: 1, userId: 'emil' }, { key: randomUUID(), token });
    const seen = await test.request('GET', `/api/purchases/${body.purchaseId}`, { token: await tokenOf('emil') });
    expect(seen.status).toBe(200);
  });

  it('lets several gateways answer one key with one purchase', async () => {
    const event = await test.createEvent([standard(100)]);
    const gateways = [test, test.another(), test.another()];
    const once = { key: randomUUID(), token: await tokenOf('finn') };
    const buys = Array.from({ length: 20 }, () =>
      gateways.map((gateway) => gateway.buy({ eventId: event.id, quantity: 1 }, once)),
    );
    const responses = await Promise.all(buys.flat());
    const confirmed = responses.filter(({ status }) => status === 201);
    expect(confirmed.length).toBeGreaterThan(0);
    // The others came while the first was being admitted, and are answered to repeat.
    expect(responses.filter(({ status }) => status === 409)).toHaveLength(60 - confirmed.length);
    const bodies = await Promise.all(confirmed.map((response) => response.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(await availableOf(event.id)).toBe(99);
  });

  it('sells exactly the tickets that there are to concurrent buyers', async () => {
    const event = await test.createEvent([standard(15)]);
    const responses = await Promise.all(Array.from({ length: 40 }, () => test.buy({ eventId: event.id, quantity: 1 })));
    const count = (status: number) => responses.filter((response) => response.status === status).length;
    expect([count(201), count(409)]).toEqual([15, 25]);
    expect(await availableOf(event.id)).toBe(0);
  });

  async function availableOf(eventId: string): Promise<number> {
    const response = await test.request('GET', `/api/events/${eventId}`);
    return ((await response.json()) as { capacity: number }).capacity;
  }
});

interface Confirmed {
  readonly purchaseId: string;
  readonly tickets: readonly unknown[];
  readonly amountMinor: number;
}
