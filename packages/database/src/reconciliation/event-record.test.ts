import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { applyCapacityUpdates } from '../audit/apply-capacity-updates.js';
import { capacityUpdate } from '../audit/testing/messages.js';
import { openEventFixture, PRICE_MINOR, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { readEventRecord } from './event-record.js';
import { readMoney } from './money.js';
import { salesOf, type FixtureSales } from './testing/fixture-sales.js';

const TOTAL = 10_000;
let fixture: EventFixture;
let sales: FixtureSales;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
  sales = salesOf(fixture);
});
afterAll(() => fixture.close());

/** A message about the sale of one ticket. */
const saleOf = (purchaseId: string) => capacityUpdate(fixture.eventId, -1, { PurchaseId: purchaseId });

describe('an event as the record has it', () => {
  it('shows no difference where every sale and cancellation has its lines', async () => {
    const [kept, given] = [await sales.sold(2), await sales.sold(3)];
    await sales.cancelled(given, true);
    const record = await sales.readRecord();
    expect(record.wrongLines).toEqual([]);
    expect(record.contradictions).toEqual([]);
    expect(record.totalByLedger).toBe(TOTAL);
    expect(record.capacity).toBe(record.capacityByLedger);
    expect(record.taken.sales.map(({ purchaseId }) => purchaseId)).toContain(kept);
    expect(record.taken.sales.map(({ purchaseId }) => purchaseId)).not.toContain(given);
  });

  it('names the purchases that are in progress', async () => {
    const [{ purchaseId: open }, given] = [await fixture.persisted(), await sales.sold()];
    await sales.cancelled(given, false, false);
    const record = await sales.readRecord();
    expect([record.underWay.has(open), record.underWay.has(given)]).toEqual([true, true]);
    expect(record.wrongLines.map(({ purchaseId }) => purchaseId)).not.toContain(given);
    expect(record.taken.reservations.map(({ purchaseId }) => purchaseId)).toContain(open);
  });

  it('is null where there is no such event', async () => {
    expect(await readEventRecord(fixture.pool, { eventId: 'none', complete: false })).toBeNull();
  });
});

describe('lines that are not what happened', () => {
  it.each([
    ['the ledger', 'transaction', { saleLines: 0, change: 0 }, { lines: 1, amountMinor: 2 * PRICE_MINOR }],
    ['the audit log', 'capacity', { saleLines: 1, change: -2 }, { lines: 0, amountMinor: 0 }],
  ] as const)('show where %s has none of a sale', async (_, consumed, ledger, auditSales) => {
    const purchaseId = await sales.sold(2, consumed);
    expect(await sales.wrongLinesOf(purchaseId)).toMatchObject({
      sold: { tickets: 2, lines: 1, amountMinor: 2 * PRICE_MINOR },
      ledger,
      audit: { sales: auditSales },
    });
  });

  it('show where a settled cancellation has no line', async () => {
    const purchaseId = await sales.sold(2);
    await sales.cancelled(purchaseId, false);
    expect(await sales.wrongLinesOf(purchaseId)).toMatchObject({
      cancelled: { tickets: 2, lines: 1, amountMinor: 2 * PRICE_MINOR },
      ledger: { cancellationLines: 0, change: -2 },
    });
  });

  it('show where a sale has two, and where there was no sale', async () => {
    const [purchaseId, unknown] = [await sales.sold(1), randomUUID()];
    await applyCapacityUpdates(fixture.pool, [saleOf(purchaseId), saleOf(unknown)]);
    expect(await sales.wrongLinesOf(purchaseId)).toMatchObject({ ledger: { saleLines: 2, change: -2 } });
    expect(await sales.wrongLinesOf(unknown)).toMatchObject({ sold: { tickets: 0, lines: 0 }, ledger: { change: -1 } });
  });
});

describe('the money of a purchase', () => {
  it('that may be kept is the price of its valid tickets, and nothing of it is settled while it is in progress', async () => {
    const [kept, given, { purchaseId: open }] = [await sales.sold(2), await sales.sold(1), await fixture.persisted()];
    await sales.cancelled(given, true);
    const money = new Map((await readMoney(fixture.pool, [kept, given, open])).map((one) => [one.purchaseId, one]));
    expect(money.get(kept)).toMatchObject({ validMinor: 2 * PRICE_MINOR, underWay: false, paidBackByHand: false });
    expect(money.get(given)).toMatchObject({ validMinor: 0, underWay: false, status: 'cancelled' });
    expect(money.get(open)).toMatchObject({ validMinor: 0, underWay: true });
  });
});
