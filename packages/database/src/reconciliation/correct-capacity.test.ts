import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { applyCapacityUpdates } from '../audit/apply-capacity-updates.js';
import { capacityUpdate } from '../audit/testing/messages.js';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { readCapacity } from '../testing.js';
import { correctLedger, recomputeCapacity } from './correct-capacity.js';
import { recordFindings, type NewFinding } from './findings.js';
import { salesOf, type FixtureSales } from './testing/fixture-sales.js';
import { newFinding, newRun as run } from './testing/new-finding.js';

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

const finding = (changes: Partial<NewFinding> = {}) => newFinding(fixture.eventId, changes);

describe('a correction of the ledger', () => {
  it('makes the lines of a purchase add up, once, however often and concurrently it is corrected', async () => {
    const [purchaseId, unknown] = [await sales.sold(1), randomUUID()];
    await applyCapacityUpdates(fixture.pool, [saleOf(purchaseId), saleOf(unknown)]);
    const before = await readCapacity(fixture.pool, fixture.eventId);
    for (const wrong of [purchaseId, unknown]) {
      const findings = await recordFindings(fixture.pool, run(), [finding({ kind: 'duplicate', subject: wrong })]);
      const findingId = findings[0]?.findingId ?? '';
      const correct = () => correctLedger(fixture.pool, { findingId, eventId: fixture.eventId, purchaseId: wrong });
      expect((await Promise.all([correct(), correct(), correct()])).sort()).toEqual([0, 0, 1]);
      expect(await sales.wrongLinesOf(wrong)).toBeUndefined();
    }
    expect(await readCapacity(fixture.pool, fixture.eventId)).toBe((before ?? 0) + 2);
  });

  it('waits while a line of the purchase is still to come', async () => {
    const purchaseId = await sales.sold(1, 'nothing');
    const findingId = randomUUID();
    expect(await correctLedger(fixture.pool, { findingId, eventId: fixture.eventId, purchaseId })).toBe(0);
  });

  it('makes the lines of no purchase add up to the totals', async () => {
    await fixture.pool.query(`update event_ticket_types set total = total + 7 where event_id = $1`, [fixture.eventId]);
    expect((await sales.readRecord()).totalByLedger).toBe(TOTAL);
    const [recorded] = await recordFindings(fixture.pool, run(), [finding({ subject: 'totals' })]);
    const findingId = recorded?.findingId ?? '';
    expect(await correctLedger(fixture.pool, { findingId, eventId: fixture.eventId, purchaseId: null })).toBe(7);
    const record = await sales.readRecord();
    expect([record.totalByLedger, record.capacity]).toEqual([TOTAL + 7, record.capacityByLedger]);
    await fixture.pool.query(`update event_ticket_types set total = total - 7 where event_id = $1`, [fixture.eventId]);
    expect(await correctLedger(fixture.pool, { findingId: randomUUID(), eventId: 'none', purchaseId: null })).toBe(0);
  });
});

describe('the capacity', () => {
  it('that somebody overwrote becomes what the ledger adds up to, while messages are applied', async () => {
    await fixture.pool.query('update events set capacity = 1 where id = $1', [fixture.eventId]);
    const late = Array.from({ length: 20 }, () => capacityUpdate(fixture.eventId, -1, { Operation: 'adjust' }));
    await Promise.all([
      recomputeCapacity(fixture.pool, fixture.eventId),
      ...late.map((one) => applyCapacityUpdates(fixture.pool, [one])),
    ]);
    const record = await sales.readRecord();
    expect(record.capacity).toBe(record.capacityByLedger);
    expect(await recomputeCapacity(fixture.pool, fixture.eventId)).toBeNull();
  });
});
