import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, openEventFixture, type EventFixture } from '../testing/events.js';
import { standard, type TestGateway } from '../testing/gateway.js';
import type { EventView } from './schema.js';

let events: EventFixture;
let test: TestGateway;
beforeAll(async () => {
  events = await openEventFixture();
  ({ test } = events);
});
afterAll(() => test.close());

const create = (changes: object) => events.create(changes);
const created = (changes: object) => events.created(changes);
const type = (name: string) => ({ ...standard(5), name });

describe('names of events and ticket types', () => {
  it.each<[string, object, string, string]>([
    ['a line break in its name', { name: 'Gala\nConcert' }, 'name', 'U+000A'],
    ['a bidirectional character', { name: 'Gala \u202Etxt.exe' }, 'name', 'U+202E'],
    ['a zero-width character', { venue: 'Ha\u200Bll' }, 'venue', 'U+200B'],
    ['a hidden character in its description', { description: 'a\u2060b' }, 'description', 'U+2060'],
    ['nothing but white space as its name', { name: ' \u00A0\u3000' }, 'name', 'empty'],
    ['a ticket type with an invisible name', { ticketTypes: [type('\u200B')] }, 'ticketTypes.0.name', 'U+200B'],
    ['a ticket type twice but for a space', { ticketTypes: [type('A'), type('A ')] }, 'ticketTypes', 'name of its own'],
    [
      'a ticket type twice in two Unicode forms',
      { ticketTypes: [type('Loge\u0301'), type('Log\u00E9')] },
      'ticketTypes',
      'name of its own',
    ],
  ])('422 with the reason for %s', async (_, changes, path, message) => {
    const [fault] = await faultsOf(await create(changes));
    expect(fault?.path).toBe(path);
    expect(fault?.message).toContain(message);
  });

  it('are kept composed and trimmed, and found by a purchase and a hold in whatever form these name them', async () => {
    const event = await created({
      name: ' Cafe\u0301  concert ',
      ticketTypes: [type(' Loge\u0301 '), type('Parkett')],
    });
    expect(event).toMatchObject({ name: 'Caf\u00E9 concert', ticketTypes: [{ name: 'Log\u00E9' }, {}] });
    const bought = await test.buy({ eventId: event.id, quantity: 1, ticketType: 'Loge\u0301' });
    expect(await bought.json()).toMatchObject({ tickets: [{ ticketType: 'Log\u00E9' }] });
    const items = [
      { ticketType: 'Loge\u0301', quantity: 1 },
      { ticketType: 'Log\u00E9 ', quantity: 1 },
    ];
    expect((await test.buy({ eventId: event.id, items })).status).toBe(422);
    const renamed = await events.change(event.id, { ticketTypes: [type('Loge\u0301'), type('Parkett')] });
    expect(renamed.status).toBe(200);
  });
});

describe('currencies of events', () => {
  it.each(['ZZZ', 'AAA', 'XXX', 'XTS', 'HRK', 'eur', ''])('422 for %j', async (currency) => {
    expect(await faultsOf(await create({ currency }))).toMatchObject([{ path: 'currency' }]);
  });
});

describe('times of events', () => {
  it.each([
    '2030-06-01T19:00:00+16:00',
    '9999-12-31T23:59:59-12:00',
    '1999-12-31T23:59:59Z',
    '2030-02-30T00:00:00Z',
    'soon',
  ])('422 for %s, in a body and in a query', async (time) => {
    expect(await faultsOf(await create({ startsAt: time }))).toMatchObject([{ path: 'startsAt' }]);
    const event = await created({});
    const changed = await events.change(event.id, { saleEndsAt: time });
    expect(await faultsOf(changed)).toMatchObject([{ path: 'saleEndsAt' }]);
    const query = new URLSearchParams({ from: time });
    const asked = await events.statistics(event.id, `?${query.toString()}`);
    expect(await faultsOf(asked)).toMatchObject([{ path: 'from' }]);
  });

  it('are accepted in UTC, with the offset of the time zone, and as local time', async () => {
    for (const startsAt of ['2030-06-01T19:00:00Z', '2030-06-01T21:00:00+02:00', '2030-06-01T21:00:00']) {
      expect(await created({ startsAt })).toMatchObject({ startsAt: '2030-06-01T19:00:00.000Z' });
    }
    const half = { startsAt: '2030-06-01T21:00', timeZone: 'Asia/Kathmandu' };
    expect(await created(half)).toMatchObject({ startsAt: '2030-06-01T15:15:00.000Z' });
    const pythonic = { startsAt: '2030-06-01T19:00:00+00:00' };
    expect(await created(pythonic)).toMatchObject({ startsAt: '2030-06-01T19:00:00.000Z' });
  });

  it.each<[string, object, string]>([
    ['an offset that the time zone does not have then', { startsAt: '2030-06-01T20:00:00+01:00' }, '+02:00'],
    ['a local time that does not exist', { startsAt: '2030-03-31T02:30:00' }, 'does not exist'],
    ['a local time that exists twice', { saleStartsAt: '2029-10-28T02:30:00' }, '+02:00 or +01:00'],
  ])('422 for %s, saying what is wrong', async (_, changes, message) => {
    const [fault] = await faultsOf(await create(changes));
    expect(fault?.path).toBe(Object.keys(changes)[0]);
    expect(fault?.message).toContain(message);
  });

  it('are read in the time zone that the event has, or gets by the same change', async () => {
    const event = await created({});
    const change = async (body: object) => (await (await events.change(event.id, body)).json()) as EventView;
    expect(await change({ saleEndsAt: '2030-05-01T12:00:00' })).toMatchObject({
      saleEndsAt: '2030-05-01T10:00:00.000Z',
    });
    expect(await change({ timeZone: 'America/New_York', saleEndsAt: '2030-05-01T12:00:00' })).toMatchObject({
      saleEndsAt: '2030-05-01T16:00:00.000Z',
    });
  });
});

describe('an event that has ended', () => {
  const past = { startsAt: '2024-06-01T19:00:00Z', endsAt: '2024-06-01T22:00:00Z' };

  it('422 where it is to be on sale: when it is created, and when it is opened again', async () => {
    expect(await faultsOf(await create(past))).toMatchObject([{ path: 'endsAt' }]);
    const event = await created({ ...past, status: 'closed' });
    const change = (body: object) => events.change(event.id, body);
    expect(await faultsOf(await change({ status: 'on_sale' }))).toMatchObject([{ path: 'endsAt' }]);
    expect((await change({ name: 'Remembered' })).status).toBe(200);
    const later = { status: 'on_sale', startsAt: '2030-06-01T19:00:00Z', endsAt: '2030-06-01T22:00:00Z' };
    expect((await change(later)).status).toBe(200);
  });
});
