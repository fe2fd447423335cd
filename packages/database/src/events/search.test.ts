import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { searchEvents } from './search.js';

const EVENTS = 1_200;

let fixture: EventFixture;
beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
  await fixture.pool.query(
    `insert into events (name, description, venue, starts_at, ends_at, time_zone, currency, capacity, initial_capacity)
     select 'Event ' || n, repeat('Under the stars ', 250), 'Öffentliche Bühne am See', '2035-01-01', '2035-01-02', 'UTC', 'EUR', 0, 0
       from generate_series(1, $1::int) n`,
    [EVENTS],
  );
  await fixture.pool.query("update events set name = 'The needle' where name = 'Event 1150'");
});
afterAll(() => fixture.close());

it('a search among many events is read in parts of bounded cost, and finds what is in the last one', async () => {
  const found: string[] = [];
  const sizes: number[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = { limit: 20, ...(after !== undefined && { after }) };
    const { events, next } = await searchEvents(fixture.pool, { words: ['needle', 'BUHNE'] }, page);
    found.push(...events.map(({ name }) => name));
    sizes.push(events.length);
    after = next;
  }
  expect({ found, sizes }).toEqual({ found: ['The needle'], sizes: [0, 0, 1] });
});
