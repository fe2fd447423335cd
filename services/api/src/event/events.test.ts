import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, openEventFixture, type EventFixture } from '../testing/events.js';
import { standard, tokenOf, type TestGateway } from '../testing/gateway.js';
import type { EventView } from './schema.js';

describe('events', () => {
  let events: EventFixture;
  let test: TestGateway;
  beforeAll(async () => {
    events = await openEventFixture();
    ({ test } = events);
  });
  afterAll(() => test.close());

  const show = (id: string) => events.shown(id);
  const change = (id: string, body: object) => events.change(id, body);

  it('can be sold as soon as they are created, and show what is left', async () => {
    const event = await test.createEvent([standard(3)]);
    expect(await show(event.id)).toEqual(event);
    expect((await test.buy({ eventId: event.id, quantity: 2 })).status).toBe(201);
    expect(await show(event.id)).toMatchObject({ capacity: 1, ticketTypes: [{ available: 1, total: 3 }] });
  });

  it('are listed in pages that together show each once', async () => {
    const created = [];
    for (let i = 0; i < 3; i++) created.push((await test.createEvent([standard(1)])).id);
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const response = await test.request('GET', `/api/events?limit=2${next === null ? '' : `&after=${next}`}`);
      const page = (await response.json()) as { events: EventView[]; next: string | null };
      expect(page.events.length).toBeLessThanOrEqual(2);
      seen.push(...page.events.map(({ id }) => id));
      ({ next } = page);
    } while (next !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(created));
    expect((await test.request('GET', '/api/events?limit=0')).status).toBe(422);
  });

  it('404 for one that does not exist', async () => {
    for (const id of ['nowhere', 'with%20space', '%7B1%7D']) {
      const response = await test.request('GET', `/api/events/${id}`);
      expect(await response.json()).toMatchObject({ status: 404, type: '/problems/unknown-event' });
    }
  });

  it('are shown from PostgreSQL while Redis does not have them, and are rebuilt meanwhile', async () => {
    const event = await test.createEvent([standard(3)]);
    await test.redis.del(...(await test.redis.keys(`*event:${event.id}*`)));
    expect(await show(event.id)).toMatchObject({
      name: event.name,
      capacity: null,
      ticketTypes: [{ available: null }],
    });
    await expect.poll(async () => (await show(event.id)).capacity).toBe(3);
  });

  it('are created and changed by operators only', async () => {
    const token = await tokenOf('ann');
    const event = await test.createEvent([standard(1)]);
    for (const response of [
      await test.request('POST', '/api/events', { token, body: {} }),
      await events.change(event.id, { name: 'Mine' }, { token }),
      await test.request('GET', `/api/events/${event.id}/statistics`, { token }),
    ]) {
      expect(response.status).toBe(403);
    }
    expect((await test.request('POST', '/api/events', { body: {} })).status).toBe(401);
  });

  it.each<[string, object, string]>([
    ['without a name', { name: ' ' }, 'name'],
    ['with a name that no store keeps', { name: 'nul \0' }, 'name'],
    ['with a lone surrogate in its description', { description: '\ud83c' }, 'description'],
    ['that ends before it starts', { endsAt: '2030-06-01T18:00:00Z' }, 'endsAt'],
    [
      'whose sale ends before it starts',
      { saleStartsAt: '2030-02-01T00:00:00Z', saleEndsAt: '2030-01-01T00:00:00Z' },
      'saleEndsAt',
    ],
    ['in a time zone that does not exist', { timeZone: 'Europe/Atlantis' }, 'timeZone'],
    ['in no currency', { currency: 'euro' }, 'currency'],
    ['with no ticket types', { ticketTypes: [] }, 'ticketTypes'],
    ['with a ticket type twice', { ticketTypes: [standard(1), standard(2)] }, 'ticketTypes'],
    ['with a price in fractions', { ticketTypes: [{ ...standard(1), priceMinor: 1.5 }] }, 'ticketTypes.0.priceMinor'],
  ])('422 for an event %s', async (_, changes, path) => {
    const faults = await faultsOf(await events.create(changes));
    expect(faults.map((fault) => fault.path)).toContain(path);
  });

  it('change what is named and nothing else; a new price counts from then on', async () => {
    const event = await test.createEvent([standard(5)]);
    const response = await change(event.id, {
      name: 'Winter concert',
      ticketTypes: [{ ...standard(8), priceMinor: 5_000 }],
    });
    expect(await response.json()).toEqual({
      ...event,
      name: 'Winter concert',
      capacity: 8,
      ticketTypes: [{ name: 'Standard', priceMinor: 5_000, taxRatePpm: 0, fee: null, total: 8, available: 8 }],
    });
    const bought = await test.buy({ eventId: event.id, quantity: 1 });
    expect(await bought.json()).toMatchObject({ amountMinor: 5_000 });
  });

  it('stop selling when they are closed and sell again when they are opened', async () => {
    const event = await test.createEvent([standard(5)]);
    expect((await change(event.id, { status: 'closed' })).status).toBe(200);
    const refused = await test.buy({ eventId: event.id, quantity: 1 });
    expect(await refused.json()).toMatchObject({ type: '/problems/not-on-sale' });
    await change(event.id, { status: 'on_sale' });
    expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(201);
  });

  it('lower a total as far as the highest serial sold, and say how far that is', async () => {
    const event = await test.createEvent([standard(10)]);
    expect((await test.buy({ eventId: event.id, quantity: 4 })).status).toBe(201);
    const refused = await change(event.id, { ticketTypes: [standard(3)] });
    expect(await refused.json()).toMatchObject({
      status: 409,
      type: '/problems/event-change-refused',
      ticketType: 'Standard',
      lowestPossible: 4,
    });
    expect((await change(event.id, { ticketTypes: [standard(4)] })).status).toBe(200);
    expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(409);
  });

  it('keep their ticket types, and refuse times that do not fit those they have', async () => {
    const event = await test.createEvent([standard(10)]);
    const removed = await change(event.id, { ticketTypes: [{ ...standard(1), name: 'Other' }] });
    expect(await removed.json()).toMatchObject({ status: 409, ticketType: 'Standard' });
    expect((await change(event.id, { endsAt: '2029-01-01T00:00:00Z' })).status).toBe(422);
    expect((await change(event.id, { currency: 'USD' })).status).toBe(422);
    expect((await change('nowhere', { name: 'X' })).status).toBe(404);
  });

  it('have statistics by the hour', async () => {
    const event = await test.createEvent([standard(10)]);
    expect(await (await events.statistics(event.id)).json()).toEqual({ statistics: [], next: null });
    await test.pool.query(
      `insert into transaction_statistics (event_id, hour, purchases, tickets, amount_minor)
       values ($1, '2027-01-01T10:00Z', 2, 3, 9000), ($1, '2027-01-01T11:00Z', 1, 1, 4500)`,
      [event.id],
    );
    const first = (await (await events.statistics(event.id, '?limit=1')).json()) as {
      next: string;
    };
    expect(first).toMatchObject({
      statistics: [{ hour: '2027-01-01T10:00:00.000Z', purchases: 2, amountMinor: 9000 }],
    });
    const rest = await events.statistics(event.id, `?limit=1&after=${first.next}`);
    expect(await rest.json()).toMatchObject({ statistics: [{ tickets: 1 }], next: null });
    expect((await events.statistics('nowhere')).status).toBe(404);
    expect((await events.statistics(event.id, '?from=yesterday')).status).toBe(422);
  });

  it('are not mixed up when many are created at once', async () => {
    const names = Array.from({ length: 5 }, () => randomUUID());
    const events = await Promise.all(names.map((name) => test.createEvent([standard(1)], { name })));
    for (const [i, event] of events.entries()) expect((await show(event.id)).name).toBe(names[i]);
  });
});
