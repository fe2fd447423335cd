import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readStatistics } from '../statistics/read-statistics.js';
import { openTestDatabase, type TestDatabase } from '../testing.js';
import { recordTransactions } from './record-transactions.js';
import { transactionRecord } from './testing/messages.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await openTestDatabase(inject('stack'));
  ({ pool } = database);
});
afterAll(() => database.close());

describe('recordTransactions', () => {
  it('writes one audit line with who, what and when', async () => {
    const event = await database.createEvent();
    const sale = transactionRecord(event);
    expect(await recordTransactions(pool, [sale])).toEqual(['recorded']);
    const { rows } = await pool.query('select * from audit_logs where event_id = $1', [event]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      message_id: sale.MessageId,
      kind: 'purchase',
      purchase_id: sale.PurchaseId,
      transaction_id: 'T',
      user_id: 'user_1',
      amount_minor: '2500',
      currency: 'EUR',
      request_id: 'request',
      details: { items: sale.Items },
      occurred_at: new Date(sale.OccurredAt),
    });
  });

  it('adds sales and cancellations up by the hour in which they happened', async () => {
    const event = await database.createEvent();
    const twoSeats = [
      { TicketType: 'standard', Quantity: 1 },
      { TicketType: 'balcony', Quantity: 1 },
    ];
    await recordTransactions(pool, [
      transactionRecord(event),
      transactionRecord(event, { Amount: 7_000, Items: twoSeats, OccurredAt: '2029-12-01T10:59:59.999Z' }),
      transactionRecord(event, { OccurredAt: '2029-12-01T13:00:00.000+02:00' }),
    ]);
    await recordTransactions(pool, [
      transactionRecord(event, { Operation: 'cancel', OccurredAt: '2029-12-01T11:30:00Z' }),
    ]);
    expect(await readStatistics(pool, { eventId: event, limit: 10 })).toMatchObject({
      statistics: [
        {
          eventId: event,
          hour: '2029-12-01T10:00:00.000Z',
          purchases: 2,
          tickets: 3,
          amountMinor: 9_500,
          cancellations: 0,
          cancelledTickets: 0,
          refundedMinor: 0,
        },
        {
          eventId: event,
          hour: '2029-12-01T11:00:00.000Z',
          purchases: 1,
          tickets: 1,
          amountMinor: 2_500,
          cancellations: 1,
          cancelledTickets: 1,
          refundedMinor: 2_500,
        },
      ],
      next: null,
    });
  });

  it('counts a message once, refuses another one under its id, and leaves unknown events aside', async () => {
    const event = await database.createEvent();
    const sale = transactionRecord(event);
    expect(await recordTransactions(pool, [sale, sale, transactionRecord('no such event')])).toEqual([
      'recorded',
      'duplicate',
      'unknown_event',
    ]);
    expect(await recordTransactions(pool, [sale])).toEqual(['duplicate']);
    expect(await recordTransactions(pool, [{ ...sale, Amount: 1 }])).toEqual(['conflict']);
    const { statistics } = await readStatistics(pool, { eventId: event, limit: 10 });
    expect(statistics).toMatchObject([{ purchases: 1, tickets: 1, amountMinor: 2_500 }]);
  });

  it('keeps statistics equal to the audit lines under concurrent, overlapping, shuffled batches', async () => {
    const events = await Promise.all([database.createEvent(), database.createEvent()]);
    const messages = events.flatMap((event) =>
      Array.from({ length: 150 }, (_, i) =>
        transactionRecord(event, { OccurredAt: `2029-12-01T${10 + (i % 5)}:00:00Z` }),
      ),
    );
    const consumers = Array.from({ length: 6 }, async () => {
      const shuffled = messages
        .map((message) => ({ message, rank: Math.random() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ message }) => message);
      for (let i = 0; i < shuffled.length; i += 50) await recordTransactions(pool, shuffled.slice(i, i + 50));
    });
    await Promise.all(consumers);
    for (const event of events) {
      const { statistics } = await readStatistics(pool, { eventId: event, limit: 10 });
      expect(statistics.map(({ purchases, amountMinor }) => [purchases, amountMinor])).toEqual(
        Array.from({ length: 5 }, () => [30, 75_000]),
      );
    }
  });
});

describe('readStatistics', () => {
  it('pages through the hours of a period without gap or repetition', async () => {
    const event = await database.createEvent();
    await recordTransactions(
      pool,
      [9, 10, 11, 12, 13].map((hour) =>
        transactionRecord(event, { OccurredAt: `2029-12-01T${String(hour).padStart(2, '0')}:15:00Z` }),
      ),
    );
    const period = { eventId: event, from: '2029-12-01T10:30:00Z', to: '2029-12-01T13:00:00Z', limit: 2 };
    const first = await readStatistics(pool, period);
    expect(first.statistics.map(({ hour }) => hour.slice(11, 13))).toEqual(['10', '11']);
    const second = await readStatistics(pool, { ...period, after: first.next ?? '' });
    expect(second.statistics.map(({ hour }) => hour.slice(11, 13))).toEqual(['12']);
    expect(second.next).toBeNull();
  });
});
