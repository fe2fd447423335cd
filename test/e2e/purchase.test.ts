import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ledgerOf,
  newBuyer,
  startTestSystem,
  paymentsOf,
  validSerials,
  type TestSystem,
} from '../support/test-system.js';
import { until } from '../support/until.js';

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});

afterAll(() => system.close());

const availableOf = async (eventId: string): Promise<number> => {
  const { body } = await system.call('GET', `/api/events/${eventId}`);
  return body.ticketTypes[0]?.available ?? Number.NaN;
};

describe('a purchase', () => {
  it('is recorded consistently in every store', async () => {
    const event = await system.createEvent({ total: 100 });
    const buyer = newBuyer();
    const answer = await system.buy({ eventId: event.id, quantity: 3 }, { as: buyer });
    expect(answer.status).toBe(201);
    const { purchaseId, transactionId, tickets, amountMinor, currency } = answer.body;
    expect({ amountMinor, currency }).toEqual({ amountMinor: 7_500, currency: 'EUR' });
    expect(tickets.map((ticket) => ticket.serial)).toEqual([1, 2, 3]);
    expect(answer.headers.get('location')).toContain(purchaseId);

    expect(await validSerials(system, event.id)).toEqual([1, 2, 3]);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 7_500, refunded: 0, captures: 1 });
    await until(async () => {
      expect(await ledgerOf(system, event.id)).toEqual({ capacity: 97, ledger: 1, audit: 1 });
      const read = async (key: string) => JSON.parse((await system.redis.get(key)) ?? 'null') as unknown;
      expect(await read(`event:${event.id}`)).toMatchObject({ capacity: 97, ticketTypes: [{ held: 0, sold: 3 }] });
      expect(await read(`event_tickets:${buyer}`)).toMatchObject({ userId: buyer, tickets: [{}, {}, {}] });
      expect(await read(`transaction:${transactionId}`)).toMatchObject({ status: 'confirmed', purchaseId });
    });
  });

  it('of several ticket types is all or nothing', async () => {
    const event = await system.createEvent({
      ticketTypes: [
        { name: 'standard', priceMinor: 2_000, total: 10 },
        { name: 'vip', priceMinor: 9_000, total: 1 },
      ],
    });
    const items = [
      { ticketType: 'standard', quantity: 2 },
      { ticketType: 'vip', quantity: 1 },
    ];
    const first = await system.buy({ eventId: event.id, items });
    const second = await system.buy({ eventId: event.id, items });
    expect([first.status, first.body.amountMinor]).toEqual([201, 13_000]);
    expect([second.status, second.body.type]).toEqual([409, '/problems/sold-out']);
    expect(await availableOf(event.id)).toBe(8);
  });

  it('is sold to exactly as many as there are tickets when 20 buyers ask 200 times for 150', async () => {
    const event = await system.createEvent({ total: 150 });
    const statuses: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (let i = 0; i < 10; i++) statuses.push((await system.buy({ eventId: event.id, quantity: 1 })).status);
      }),
    );
    const count = (status: number) => statuses.filter((one) => one === status).length;
    expect({ sold: count(201), refused: count(409) }).toEqual({ sold: 150, refused: 50 });
    expect(await validSerials(system, event.id)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
    expect(await availableOf(event.id)).toBe(0);
    await until(async () => {
      expect(await ledgerOf(system, event.id)).toEqual({ capacity: 0, ledger: 150, audit: 150 });
    }, 5_000);
  });

  it.each([
    ['pm_decline_insufficient_funds', 'insufficient_funds'],
    ['pm_card_usedBefore', 'invalid_payment_method'],
  ])(
    'that is declined changes neither capacity, tickets nor money, and every repeat is answered 402: %s',
    async (method, reason) => {
      const event = await system.createEvent({ total: 10 });
      const [as, key] = [newBuyer(), randomUUID()];
      const body = { eventId: event.id, quantity: 2, payment: { method } };
      const first = await system.buy(body, { as, key });
      const again = await system.buy(body, { as, key });
      expect([first.status, again.status]).toEqual([402, 402]);
      expect(first.body).toMatchObject({ reason });
      // Only the request id differs.
      expect({ ...again.body, requestId: '' }).toEqual({ ...first.body, requestId: '' });
      expect(await availableOf(event.id)).toBe(10);
      expect(await validSerials(system, event.id)).toEqual([]);
      expect(await paymentsOf(first.body.purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });
      expect((await ledgerOf(system, event.id)).ledger).toBe(0);
    },
  );

  it.each(['pm_capture_refused', 'pm_capture_expired'])(
    'whose capture is refused keeps no money and gives the capacity back: %s',
    async (method) => {
      const event = await system.createEvent({ total: 10 });
      const answer = await system.buy({ eventId: event.id, quantity: 2, payment: { method } });
      expect(answer.status).toBe(402);
      expect(await availableOf(event.id)).toBe(10);
      expect(await validSerials(system, event.id)).toEqual([]);
      expect((await paymentsOf(answer.body.purchaseId)).captured).toBe(0);
    },
  );

  it.each(['pm_timeout_after_charge', 'pm_timeout_after_capture', 'pm_fail_3', 'pm_capture_fail_3', 'pm_slow_700'])(
    'is charged once when the provider does %s',
    async (method) => {
      const event = await system.createEvent({ total: 10 });
      const answer = await system.buy({ eventId: event.id, quantity: 1, payment: { method } });
      expect(answer.status).toBe(201);
      expect(await paymentsOf(answer.body.purchaseId)).toEqual({ captured: 2_500, refunded: 0, captures: 1 });
    },
  );
});

describe('the transaction in Redis', () => {
  it('has each status of the purchase', async () => {
    const event = await system.createEvent({ total: 10 });
    const buying = system.buy({ eventId: event.id, quantity: 1, payment: { method: 'pm_slow_1500' } });
    const seen = new Set<string>();
    const watch = async () => {
      const { rows } = await system.pool.query<{ transaction_id: string }>(
        'select transaction_id from event_ticket_transactions where event_id = $1',
        [event.id],
      );
      const json = rows[0] && (await system.redis.get(`transaction:${rows[0].transaction_id}`));
      if (json) seen.add((JSON.parse(json) as { status: string }).status);
      expect(seen).toContain('confirmed');
    };
    await until(watch);
    expect((await buying).status).toBe(201);
    expect(seen).toContain('claimed');
  });
});

describe('an idempotency key', () => {
  it('gives 50 concurrent requests one purchase', async () => {
    const event = await system.createEvent({ total: 100 });
    const [as, key] = [newBuyer(), randomUUID()];
    const send = () => system.buy({ eventId: event.id, quantity: 1 }, { as, key });
    const answers = await Promise.all(Array.from({ length: 50 }, send));
    // Requests that arrive while the first is being started are answered 409; all others get the same answer.
    expect(new Set(answers.map((answer) => answer.status))).toContain(201);
    for (const { status } of answers) expect([201, 409]).toContain(status);
    const last = await send();
    for (const { status, body } of answers) if (status === 201) expect(body).toEqual(last.body);
    expect(await validSerials(system, event.id)).toEqual([1]);
  });

  it('gives the same answer after Redis lost its record', async () => {
    const event = await system.createEvent({ total: 1 });
    const [as, key] = [newBuyer(), randomUUID()];
    const first = await system.buy({ eventId: event.id, quantity: 1 }, { as, key });
    await system.redis.del(`purchase:${first.body.purchaseId}`);
    const again = await system.buy({ eventId: event.id, quantity: 1 }, { as, key });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('with another body is refused', async () => {
    const event = await system.createEvent({ total: 10 });
    const [as, key] = [newBuyer(), randomUUID()];
    await system.buy({ eventId: event.id, quantity: 1 }, { as, key });
    const other = await system.buy({ eventId: event.id, quantity: 2 }, { as, key });
    expect([other.status, other.body.type]).toEqual([422, '/problems/idempotency-key-reused']);
  });
});

describe('an invalid request', () => {
  it.each([
    ['a bad body', 422, { body: { quantity: 'many' } }],
    ['an unknown event', 404, { body: { eventId: 'none', quantity: 1, payment: { method: 'pm_approve' } } }],
    ['no token', 401, { token: null }],
    ['another user', 403, { body: { eventId: '1', quantity: 1, userId: 'x', payment: { method: 'pm_approve' } } }],
    ['a body of 2 MB', 413, { body: { padding: 'x'.repeat(2_000_000) } }],
    ['no key', 400, { headers: {} }],
  ])('with %s is answered %i with problem details', async (_, status, o) => {
    const answer = await system.call('POST', '/api/tickets/purchase', {
      role: 'buyer',
      headers: { 'idempotency-key': randomUUID() },
      body: { eventId: '1', quantity: 1, payment: { method: 'pm_approve' } },
      ...o,
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, type: expect.stringMatching(/^\/problems\/[a-z-]+$/) as string });
  });
});
