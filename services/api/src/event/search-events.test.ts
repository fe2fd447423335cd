import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, openEventFixture, type EventFixture } from '../testing/events.js';
import { standard } from '../testing/gateway.js';
import type { EventView } from './schema.js';

/** In the venue of every event of this file, so that others are not found. */
const MARK = `mark${randomUUID().slice(0, 8)}`;

let events: EventFixture;
beforeAll(async () => {
  events = await openEventFixture();
});
afterAll(() => events.test.close());

const create = async (changes: { venue?: string; [field: string]: unknown }): Promise<string> =>
  (await events.created({ ...changes, venue: `${MARK} ${changes.venue ?? 'Hall'}` })).id;

/** Ids of all pages of a search, and the size of each page. */
async function search(query: Record<string, string>, limit = 100) {
  const ids: string[] = [];
  const sizes: number[] = [];
  for (let after: string | null = ''; after !== null;) {
    const cursor: object = after === '' ? {} : { after };
    const parameters = new URLSearchParams({
      ...query,
      q: `${MARK} ${query['q'] ?? ''}`,
      limit: String(limit),
      ...cursor,
    });
    const response = await events.test.request('GET', `/api/events?${parameters.toString()}`);
    expect(response.status).toBe(200);
    const page = (await response.json()) as { events: EventView[]; next: string | null };
    ids.push(...page.events.map(({ id }) => id));
    sizes.push(page.events.length);
    after = page.next;
  }
  return { ids, sizes };
}
const found = async (query: Record<string, string>): Promise<string[]> => (await search(query)).ids;

describe('a search for events', () => {
  it('finds those with all words in name or venue, whatever their case and accents', async () => {
    const summer = await create({ name: 'Été à la plage', venue: 'ΜΕΓΑΡΟ Hall' });
    const winter = await create({ name: '100 % winter_jazz', venue: 'Öffentliche Bühne' });
    expect(await found({ q: 'ete HALL' })).toEqual([summer]);
    expect(await found({ q: 'μεγαρο' })).toEqual([summer]);
    expect(await found({ q: '  buhne   JAZZ ' })).toEqual([winter]);
    expect(await found({ q: 'BÜHNE 100 %' })).toEqual([winter]);
    expect(await found({ q: 'winter%jazz' })).toEqual([]);
    expect(await found({ q: 'winterxjazz' })).toEqual([]);
    expect(await found({ q: 'winter_jazz' })).toEqual([winter]);
    expect(await found({ q: "'; drop table events; --" })).toEqual([]);
    expect(await found({})).toEqual([summer, winter]);
  });

  it('finds those that are on sale now, that are free, and that start or end within a time', async () => {
    const times = (day: string) => ({ startsAt: `${day}T19:00:00Z`, endsAt: `${day}T22:00:00Z` });
    const free = await create({
      ticketTypes: [standard(1), { name: 'Stage', priceMinor: 0, total: 1 }],
      ...times('2031-01-01'),
    });
    const later = await create({ saleStartsAt: '2031-12-01T00:00:00Z', ...times('2032-01-01') });
    const closed = await create(times('2032-01-02'));
    expect((await events.change(closed, { status: 'closed' })).status).toBe(200);
    const ended = await create({ saleEndsAt: '2020-01-01T00:00:00Z', ...times('2032-01-03') });
    const inTime = { startsFrom: '2031-01-01T19:00:00Z', startsBefore: '2032-01-03T19:00:00Z' };
    expect(await found(inTime)).toEqual([free, later, closed]);
    expect(await found({ startsFrom: '2032-01-01T20:00:00+01:00' })).toEqual([later, closed, ended]);
    expect(await found({ startsFrom: '2031-01-01T00:00:00Z', onSale: 'true' })).toEqual([free]);
    expect(await found({ free: 'true' })).toEqual([free]);
    // One that has started and is not over is among them.
    expect(await found({ endsFrom: '2032-01-02T21:00:00Z', startsBefore: '2033-01-01T00:00:00Z' })).toEqual([
      closed,
      ended,
    ]);
  });

  it('is read to its end by following `next`, each event once, whatever the size of the pages', async () => {
    const word = `word${randomUUID().slice(0, 8)}`;
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await create({ name: i % 2 === 0 ? word : 'other' }));
    const wanted = ids.filter((_, i) => i % 2 === 0);
    expect(await search({ q: word }, 1)).toEqual({ ids: wanted, sizes: [1, 1, 1] });
    expect(await search({ q: word }, 3)).toEqual({ ids: wanted, sizes: [3] });
    expect((await search({ q: 'nothing-like-it' })).ids).toEqual([]);
  });

  it.each([
    [`q=${'x'.repeat(101)}`, 'q'],
    [`q=${'x+'.repeat(11)}`, 'q'],
    ['q=', 'q'],
    ['q=a%00b', 'q'],
    ['onSale=yes', 'onSale'],
    ['free=1', 'free'],
    ['startsFrom=tomorrow', 'startsFrom'],
    ['endsFrom=now', 'endsFrom'],
  ])('422 for %s, which names the parameter', async (query, path) => {
    const [fault] = await faultsOf(await events.test.request('GET', `/api/events?${query}`));
    expect(fault?.path).toBe(path);
  });
});
