import type { TransactionRecord } from '@box-office/contract';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { recordTransactions } from '../audit/record-transactions.js';
import { countOutcomes } from './count-outcomes.js';
import { readStatistics, type HourlyStatistics } from './read-statistics.js';
import { openStatisticsFixture, type StatisticsFixture, type TestOrder } from './testing/statistics-fixture.js';

let fixture: StatisticsFixture;
let pool: pg.Pool;
let eventId: string;

beforeAll(async () => {
  fixture = await openStatisticsFixture(inject('stack'));
  ({ pool, eventId } = fixture);
});
afterAll(() => fixture.close());

/** The same figures, from the tickets, transactions, cancellations and holds themselves. */
const SALES = `
select date_trunc('hour', t.confirmed_at, 'UTC') as hour, k.ticket_type, t.id, k.price_minor
  from event_ticket_transactions t join event_tickets k on k.purchase_id = t.id
 where t.outcome ->> 'kind' = 'confirmed' and k.status in ('valid', 'cancelled')`;
const CANCELLED = `
select date_trunc('hour', c.cancelled_at, 'UTC') as hour, k.ticket_type, c.id,
       case when c.refund_id is null then 0 else k.price_minor end as price_minor
  from ticket_cancellations c join event_tickets k on k.cancellation_id = c.id where c.status = 'cancelled'`;
const addUp = (source: string, byType: boolean) =>
  `select hour, ${byType ? 'ticket_type' : `''`} as type, count(distinct id)::int as n, count(*)::int as tickets,
          sum(price_minor)::int as amount from (${source}) s group by 1, 2`;

interface Sum {
  hour: Date;
  type: string;
  n: number;
  tickets: number;
  amount: number;
}

async function expectEqualToTheRecord(statistics: readonly HourlyStatistics[]): Promise<void> {
  const found = new Map<string, number[]>();
  for (const row of statistics) {
    for (const part of [{ ...row, ticketType: '' }, ...row.ticketTypes]) {
      const sold = [part.purchases, part.tickets, part.amountMinor];
      const back = [part.cancellations, part.cancelledTickets, part.refundedMinor];
      if (part.purchases > 0) found.set(`sold ${row.hour} ${part.ticketType}`, sold);
      if (part.cancellations > 0) found.set(`cancelled ${row.hour} ${part.ticketType}`, back);
    }
  }
  const expected = new Map<string, number[]>();
  for (const [name, source] of [
    ['sold', SALES],
    ['cancelled', CANCELLED],
  ] as const) {
    for (const byType of [false, true]) {
      const { rows } = await pool.query<Sum>(addUp(source, byType));
      for (const row of rows) {
        expected.set(`${name} ${row.hour.toISOString()} ${row.type}`, [row.n, row.tickets, row.amount]);
      }
    }
  }
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
}

const refusalsIn = (
  statistics: readonly HourlyStatistics[],
  pick: (row: HourlyStatistics) => HourlyStatistics['refusals'],
) => {
  const sums: Record<string, number> = {};
  for (const { outcome, reason, purchases } of statistics.flatMap(pick)) {
    sums[`${outcome} ${reason}`] = (sums[`${outcome} ${reason}`] ?? 0) + purchases;
  }
  return sums;
};

describe('the statistics', () => {
  it('equal what tickets, transactions, cancellations and holds add up to, counted while they happen', async () => {
    const messages: TransactionRecord[] = [];
    let happening = true;
    const counting = [0, 1].map(async () => {
      while (happening) await countOutcomes(pool);
    });
    const buyers = Array.from({ length: 4 }, async (_, buyer) => {
      for (let i = 0; i < 12; i++) {
        const order: TestOrder = i % 3 === 0 ? { balcony: 1, stalls: 2 } : { stalls: 1 + (i % 2) };
        const purchaseId = await fixture.sell(order, (buyer + i) % 3);
        messages.push(...(await fixture.salesOf([purchaseId])));
        if (i % 4 === 0) messages.push(...(await fixture.cancel(purchaseId)));
        await fixture.undo(order, { kind: 'declined', reason: i % 2 ? 'insufficient_funds' : 'Do not honour!' });
        if (i % 5 === 0) await fixture.undo({ balcony: 1 }, { kind: 'undone', reason: 'operator' });
        await fixture.refuse(order, { reason: 'sold_out', ticketType: 'stalls' });
        const bought = await fixture.hold(
          order,
          (['used', 'expired', 'released', 'refused'] as const)[i % 4] ?? 'used',
        );
        messages.push(...(await fixture.salesOf(bought)));
      }
    });
    await Promise.all(buyers);
    const shuffled = [...messages, ...messages.slice(0, 20)].sort(() => Math.random() - 0.5);
    await Promise.all([
      recordTransactions(pool, shuffled.slice(0, 40)),
      recordTransactions(pool, shuffled.slice(30)),
      recordTransactions(pool, shuffled.slice(0, 60)),
    ]);
    happening = false;
    await Promise.all(counting);
    await countOutcomes(pool);

    const { statistics, next } = await readStatistics(pool, { eventId, limit: 100 });
    expect(next).toBeNull();
    await expectEqualToTheRecord(statistics);
    expect(refusalsIn(statistics, (row) => row.refusals)).toEqual({
      'declined insufficient_funds': 24,
      'declined other': 24,
      'refused sold_out': 48,
      'undone operator': 12,
      'undone capture_refused': 24,
    });
    const ofType = (type: string) =>
      refusalsIn(statistics, (row) => row.ticketTypes.find(({ ticketType }) => ticketType === type)?.refusals ?? []);
    expect(ofType('balcony')).toMatchObject({ 'refused sold_out': 16, 'undone operator': 12 });
    expect(ofType('stalls')).toMatchObject({ 'refused sold_out': 48, 'declined insufficient_funds': 24 });
    const holds = statistics.map((row) => row.holds);
    const sum = (end: keyof HourlyStatistics['holds']) => holds.reduce((total, row) => total + row[end], 0);
    expect(['used', 'expired', 'released', 'refused'].map((end) => sum(end as 'used'))).toEqual([12, 12, 12, 12]);
    expect(statistics.filter((row) => row.purchases > 0).every((row) => row.latencyMs !== null)).toBe(true);
    const { rows } = await pool.query<{ n: number }>(
      'select sum(purchases)::int as n from purchase_latency_statistics where event_id = $1',
      [eventId],
    );
    expect(rows[0]?.n).toBe(60);
  });

  it('pass over no transaction that commits late', async () => {
    const before = refusalsIn((await readStatistics(pool, { eventId, limit: 100 })).statistics, (row) => row.refusals);
    const slow = await pool.connect();
    const late = await fixture.claim({ stalls: 1 });
    await slow.query('begin');
    await slow.query(
      `update event_ticket_transactions
          set status = 'refused', outcome = '{"kind": "refused", "reason": "not_on_sale"}' where id = $1`,
      [late.purchaseId],
    );
    await fixture.refuse({ stalls: 1 }, { reason: 'not_on_sale' });
    expect(await countOutcomes(pool)).toEqual({ purchases: 1, holds: 0 });
    await slow.query('commit');
    slow.release();
    expect(await countOutcomes(pool)).toEqual({ purchases: 1, holds: 0 });
    expect(await countOutcomes(pool)).toEqual({ purchases: 0, holds: 0 });
    const after = refusalsIn((await readStatistics(pool, { eventId, limit: 100 })).statistics, (row) => row.refusals);
    expect(after).toEqual({ ...before, 'refused not_on_sale': 2 });
  });
});
