import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openTestDatabase, readCapacity, type TestDatabase } from '../testing.js';
import { applyCapacityUpdates } from './apply-capacity-updates.js';
import { capacityUpdate } from './testing/messages.js';

const TOTAL = 10_000;
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await openTestDatabase(inject('stack'));
  ({ pool } = database);
});
afterAll(() => database.close());

const anEvent = () => database.createEvent({ ticketTypes: [{ name: 'standard', priceMinor: 2_500, total: TOTAL }] });

async function ledgerLines(eventId: string): Promise<{ lines: number; change: number }> {
  const { rows } = await pool.query<{ lines: number; change: number }>(
    'select count(*)::int as lines, coalesce(sum(change), 0)::int as change from capacity_ledger where event_id = $1',
    [eventId],
  );
  return rows[0] ?? { lines: 0, change: 0 };
}

describe('applyCapacityUpdates', () => {
  it('moves the capacity of each event by the sum of its messages', async () => {
    const [one, two] = [await anEvent(), await anEvent()];
    const results = await applyCapacityUpdates(pool, [
      capacityUpdate(one, -3),
      capacityUpdate(two, -5),
      capacityUpdate(one, 1),
    ]);
    expect(results).toEqual(['applied', 'applied', 'applied']);
    expect(await readCapacity(pool, one)).toBe(TOTAL - 2);
    expect(await readCapacity(pool, two)).toBe(TOTAL - 5);
  });

  it('counts a message once, be its copies in one batch or in two', async () => {
    const event = await anEvent();
    const sale = capacityUpdate(event, -2);
    expect(await applyCapacityUpdates(pool, [sale, capacityUpdate(event, -1), sale])).toEqual([
      'applied',
      'applied',
      'duplicate',
    ]);
    expect(await applyCapacityUpdates(pool, [sale])).toEqual(['duplicate']);
    expect(await readCapacity(pool, event)).toBe(TOTAL - 3);
    expect(await ledgerLines(event)).toEqual({ lines: 2, change: -3 });
  });

  it('refuses a message that bears the id of another one', async () => {
    const event = await anEvent();
    const sale = capacityUpdate(event, -2);
    await applyCapacityUpdates(pool, [sale]);
    expect(await applyCapacityUpdates(pool, [{ ...sale, CapacityChange: -4 }])).toEqual(['conflict']);
    expect(await readCapacity(pool, event)).toBe(TOTAL - 2);
  });

  it('lets a message of an unknown event stand aside and applies the others', async () => {
    const event = await anEvent();
    const results = await applyCapacityUpdates(pool, [capacityUpdate('no such event', -1), capacityUpdate(event, -1)]);
    expect(results).toEqual(['unknown_event', 'applied']);
    expect(await readCapacity(pool, event)).toBe(TOTAL - 1);
  });

  it('is exact when several consumers apply overlapping batches of several events in random order', async () => {
    const events = await Promise.all([anEvent(), anEvent(), anEvent()]);
    const messages = events.flatMap((event) =>
      Array.from({ length: 120 }, (_, i) => capacityUpdate(event, i % 4 ? -2 : 1)),
    );
    const consumers = Array.from({ length: 6 }, async () => {
      const shuffled = messages
        .map((message) => ({ message, rank: Math.random() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ message }) => message);
      const results = [];
      for (let i = 0; i < shuffled.length; i += 40) {
        results.push(...(await applyCapacityUpdates(pool, shuffled.slice(i, i + 40))));
      }
      return results;
    });
    const results = (await Promise.all(consumers)).flat();
    expect(results.filter((result) => result === 'applied')).toHaveLength(messages.length);
    expect(results.filter((result) => result === 'duplicate')).toHaveLength(messages.length * 5);
    for (const event of events) {
      expect(await ledgerLines(event)).toEqual({ lines: 120, change: 30 - 180 });
      expect(await readCapacity(pool, event)).toBe(TOTAL - 150);
    }
  });

  it('does not wait for a purchase that inserts tickets, nor for a share lock of one on the inventory row', async () => {
    const event = await anEvent();
    const buyer = await pool.connect();
    try {
      await buyer.query('begin');
      await buyer.query('select 1 from events where id = $1 for key share', [event]);
      await buyer.query('select 1 from event_inventory where event_id = $1 for share', [event]);
      expect(await applyCapacityUpdates(pool, [capacityUpdate(event, -1)])).toEqual(['applied']);
    } finally {
      await buyer.query('rollback');
      buyer.release();
    }
  });
});
