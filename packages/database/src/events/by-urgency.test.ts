import type { EventDetails, RebuildPlace } from '@box-office/contract';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing.js';
import { listEventsByUrgency } from './find.js';
import { changed } from './testing/changed.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase(inject('stack'));
});
afterAll(() => database.close());

it('events that are listed by urgency, page by page, are all listed, whatever changes meanwhile', async () => {
  const { pool } = database;
  const ids: string[] = [];
  for (let n = 0; n < 10; n++) {
    const at = `2035-01-${10 + n}T19:00:00Z`;
    const status = n < 7 ? 'on_sale' : 'closed';
    ids.push(await database.createEvent({ startsAt: at, endsAt: at, cancellableUntil: null, status }));
  }
  await pool.query(`update events set updated_at = now() - interval '1 h'`);
  const page = (after: RebuildPlace | null) => listEventsByUrgency(pool, { after, limit: 3 });
  const change = (n: number, changes: Partial<EventDetails>) => changed(pool, ids[n] ?? '', () => changes);

  const seen: string[] = [];
  for (let events = await page(null); events.length > 0; events = await page(events.at(-1) ?? null)) {
    seen.push(...events.map(({ eventId }) => eventId));
    // The last of the first page is closed, a closed one is sold again, and another starts earlier than what is listed.
    if (seen.length === 3) {
      await change(2, { status: 'closed' });
      await change(8, { status: 'on_sale' });
    }
    await change(4, { startsAt: `2035-01-01T19:00:0${seen.length % 10}Z` });
  }
  expect(seen.slice(0, 3)).toEqual(ids.slice(0, 3));
  expect([...new Set(seen)].toSorted()).toEqual(ids.toSorted());
});
