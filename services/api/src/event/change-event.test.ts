import { randomUUID } from 'node:crypto';
import type { EventReadModel } from '@box-office/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openEventFixture, type EventFixture } from '../testing/events.js';
import { standard, tokenOf, type TestGateway } from '../testing/gateway.js';
import type { EventView } from './schema.js';

let events: EventFixture;
let test: TestGateway;
beforeAll(async () => {
  events = await openEventFixture();
  ({ test } = events);
});
afterEach(() => void vi.useRealTimers());
afterAll(() => test.close());

const show = (id: string) => events.show(id);
const change = (id: string, body: object, headers: Record<string, string> = {}) => events.change(id, body, { headers });
const inRedis = async (id: string) => JSON.parse((await test.redis.get(`event:${id}`)) ?? '') as EventReadModel;

describe('changes of an event in parallel', () => {
  it('of different fields all take effect, in PostgreSQL and in Redis, and a closed event sells nothing', async () => {
    const event = await test.createEvent([standard(50)]);
    for (let round = 0; round < 15; round++) {
      const answers = await Promise.all([
        change(event.id, { status: 'closed' }),
        change(event.id, { name: `Concert ${round}` }),
        change(event.id, { venue: `Hall ${round}` }),
        change(event.id, { ticketTypes: [{ ...standard(round % 2 === 0 ? 40 : 50), priceMinor: 100 + round }] }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const expected = { status: 'closed', name: `Concert ${round}`, venue: `Hall ${round}` };
      const { rows } = await test.pool.query('select status, name, venue from events where id = $1', [event.id]);
      expect(rows).toEqual([expected]);
      const total = round % 2 === 0 ? 40 : 50;
      expect(await inRedis(event.id)).toMatchObject({
        ...expected,
        capacity: total,
        ticketTypes: [{ total, priceMinor: 100 + round }],
      });
      expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(409);
      await change(event.id, { status: 'on_sale' });
    }
  });

  it('answer with the event after each of them', async () => {
    const event = await test.createEvent([standard(5)]);
    const names = Array.from({ length: 8 }, () => randomUUID());
    const answers = await Promise.all(names.map((name) => change(event.id, { name })));
    const revisions = answers.map((response) => Number(response.headers.get('etag')?.replaceAll('"', '')));
    expect(new Set(revisions).size).toBe(8);
    for (const [place, response] of answers.entries()) {
      expect(await response.json()).toMatchObject({ name: names[place], capacity: 5 });
    }
    const last = names[revisions.indexOf(Math.max(...revisions))];
    expect(await (await show(event.id)).json()).toMatchObject({ name: last });
  });

  it('that lower a total while buyers buy sell no ticket above it', async () => {
    const event = await test.createEvent([standard(40)]);
    const [lowered, ...sales] = await Promise.all([
      change(event.id, { ticketTypes: [standard(20)] }),
      ...Array.from({ length: 15 }, () => test.buy({ eventId: event.id, quantity: 2 })),
    ]);
    const sold = sales.filter(({ status }) => status === 201).length * 2;
    const { rows } = await test.pool.query<{ highest: number }>(
      'select max(serial) as highest from event_tickets where event_id = $1 and serial_in_use',
      [event.id],
    );
    const { ticketTypes } = await inRedis(event.id);
    expect(rows[0]?.highest).toBeLessThanOrEqual(ticketTypes[0]?.total ?? 0);
    expect(ticketTypes[0]).toMatchObject({ total: lowered.status === 200 ? 20 : 40, sold });
  });
});

describe('an event that has been over for longer than Redis keeps its keys', () => {
  const long = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1_000).toISOString();
  const past = { status: 'closed', startsAt: long(101), endsAt: long(100) };
  const keysOf = async (id: string) => [
    ...(await test.redis.keys(`event:${id}`)),
    ...(await test.redis.keys(`{event:${id}}:*`)),
  ];

  it('gets no keys by its creation, a repeat of it, or a change, and new ones by a change that moves its end', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const { id } = await events.created(past);
    const created = async () => (await (await events.create(past, { headers })).json()) as EventView;
    const once = await created();
    expect(await created()).toEqual(once);
    for (const eventId of [id, once.id]) {
      for (const changes of [{ name: 'Other' }, { ticketTypes: [standard(9)] }, { ticketTypes: [standard(2)] }]) {
        expect((await change(eventId, changes)).status).toBe(200);
      }
      expect(await keysOf(eventId)).toEqual([]);
    }
    const moved = { startsAt: '2030-06-01T19:00:00Z', endsAt: '2030-06-01T22:00:00Z', ticketTypes: [standard(1)] };
    expect((await change(id, moved)).status).toBe(200);
    expect(await inRedis(id)).toMatchObject({ name: 'Other', capacity: 1, endsAt: '2030-06-01T22:00:00.000Z' });
  });

  it('is changed in an inventory that Redis still has', async () => {
    const event = await test.createEvent([standard(5)]);
    expect((await change(event.id, { ...past, ticketTypes: [standard(2)] })).status).toBe(200);
    expect(await inRedis(event.id)).toMatchObject({ status: 'closed', capacity: 2 });
  });
});

describe('the ETag of an event', () => {
  it('is the same wherever it is shown, and another one after each change', async () => {
    const event = await test.createEvent([standard(5)]);
    const first = (await show(event.id)).headers.get('etag');
    expect(first).toBe('"1"');
    expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(201);
    expect((await show(event.id)).headers.get('etag')).toBe(first);
    const changed = await change(event.id, { name: 'Other' }, { 'If-Match': first ?? '' });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await show(event.id)).headers.get('etag')).toBe('"2"');
    await test.redis.del(...(await test.redis.keys(`*event:${event.id}*`)));
    expect((await show(event.id)).headers.get('etag')).toBe('"2"');
  });

  it('412 for an editor who has not seen the last change, with the current one; nothing is changed', async () => {
    const event = await test.createEvent([standard(5)]);
    await change(event.id, { name: 'Second' });
    for (const stale of ['"1"', 'W/"2"', '"nonsense"', '2', '']) {
      const refused = await change(event.id, { name: 'Lost' }, { 'If-Match': stale });
      expect(refused.headers.get('etag')).toBe('"2"');
      expect(await refused.json()).toMatchObject({ status: 412, type: '/problems/event-changed-meanwhile' });
    }
    expect((await change(event.id, { name: 'Third' }, { 'If-Match': '"1", "2"' })).status).toBe(200);
    expect((await change(event.id, { name: 'Fourth' }, { 'If-Match': '*' })).status).toBe(200);
    const winners = await Promise.all(
      Array.from({ length: 6 }, (_, i) => change(event.id, { name: `Race ${i}` }, { 'If-Match': '"4"' })),
    );
    expect(winners.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
  });
});

describe('an event that is created with an Idempotency-Key', () => {
  const create = (key: string, changes: object = {}, token = events.operator) =>
    events.create(changes, { token, headers: { 'Idempotency-Key': key } });

  it('is one event however often the request comes, and its answer stays the same', async () => {
    const key = randomUUID();
    const name = randomUUID();
    const together = await Promise.all(Array.from({ length: 4 }, () => create(key, { name })));
    expect(together.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(together.filter((response) => response.headers.get('idempotent-replayed') === 'true')).toHaveLength(3);
    const texts = await Promise.all(together.map((response) => response.text()));
    expect(new Set(texts).size).toBe(1);
    const { id } = JSON.parse(texts[0] ?? '') as EventView;
    await change(id, { name: 'Other' });
    expect(await (await create(key, { name, startsAt: '2030-06-01T21:00:00+02:00' })).text()).toBe(texts[0]);
    expect(await (await show(id)).json()).toMatchObject({ name: 'Other' });
    const { rows } = await test.pool.query('select count(*)::integer as events from events where name = any($1)', [
      [name, 'Other'],
    ]);
    expect((rows as { events: number }[])[0]?.events).toBeGreaterThanOrEqual(1);
    expect((await test.pool.query('select from events where name = $1', [name])).rowCount).toBe(0);
  });

  it('has the answer of its creation after the event has ended, and a new key creates none', async () => {
    const key = randomUUID();
    const endsAtMs = Date.now() + 60_000;
    const times = {
      startsAt: new Date(endsAtMs - 60_000).toISOString(),
      endsAt: new Date(endsAtMs).toISOString(),
      saleStartsAt: null,
      saleEndsAt: null,
    };
    const first = await create(key, times);
    expect(first.status).toBe(201);
    vi.useFakeTimers({ now: endsAtMs + 1_000, toFake: ['Date'] });
    const repeated = await create(key, times);
    expect([repeated.status, repeated.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(await repeated.json()).toEqual(await first.json());
    expect((await create(randomUUID(), times)).status).toBe(422);
    expect(await (await create(key, { ...times, name: 'Another' })).json()).toMatchObject({
      type: '/problems/idempotency-key-reused',
    });
  });

  it('422 for the key of another event; another operator has keys of their own', async () => {
    const key = randomUUID();
    const first = (await (await create(key)).json()) as EventView;
    const reused = await create(key, { name: 'Another' });
    expect(await reused.json()).toMatchObject({ status: 422, type: '/problems/idempotency-key-reused' });
    const other = (await (await create(key, {}, await tokenOf('op2', { role: 'operator' }))).json()) as EventView;
    expect(other.id).not.toBe(first.id);
    expect((await create('a, b')).status).toBe(400);
  });

  it('can be sold even if the first request died before its inventory was built', async () => {
    const key = randomUUID();
    const { id } = (await (await create(key)).json()) as EventView;
    await test.redis.del(...(await test.redis.keys(`*event:${id}*`)));
    expect((await create(key)).status).toBe(201);
    expect((await test.buy({ eventId: id, quantity: 1 })).status).toBe(201);
  });
});
