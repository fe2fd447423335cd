import { randomUUID } from 'node:crypto';
import type { Dispute, DisputeStatus } from '@box-office/contract';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { rowsOf } from '../rows.js';
import { openTestDatabase, type TestDatabase } from '../testing.js';
import { recordDispute } from './record.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await openTestDatabase(inject('stack'));
  ({ pool } = database);
});
afterAll(() => database.close());

const as = (disputeId: string, status: DisputeStatus, changedAt: string): Dispute => ({
  disputeId,
  status,
  changedAt,
  authorisationId: 'pi_1',
  amountMinor: 5_000,
  currency: 'EUR',
  reason: 'fraudulent',
  respondBy: null,
  createdAt: '2026-01-01T00:00:00.000Z',
});

const recorded = (disputeId: string) =>
  rowsOf(pool, 'select status, withdrawn, purchase_id from disputes where id = $1', [disputeId]);

describe('a dispute', () => {
  it.each([
    ['in their order', [0, 1, 2]],
    ['in another order', [2, 0, 1]],
    ['twice and backwards', [2, 1, 0, 2, 1, 0]],
  ])('is one row that shows its last event, told %s', async (_, order) => {
    const id = randomUUID();
    const events = [
      as(id, 'needs_response', '2026-01-01T00:00:00.000Z'),
      // Both happen in one second.
      as(id, 'under_review', '2026-01-02T00:00:00.000Z'),
      as(id, 'won', '2026-01-02T00:00:00.000Z'),
    ];
    for (const place of order) {
      const event = events[place];
      if (event) await recordDispute(pool, event, null);
    }
    expect(await recorded(id)).toEqual([{ status: 'won', withdrawn: false, purchaseId: null }]);
  });

  it('of an unknown status takes no money, until a later event has one that is known', async () => {
    const id = randomUUID();
    await recordDispute(pool, as(id, 'needs_response', '2026-01-01T00:00:00Z'), null);
    await recordDispute(pool, as(id, 'unknown', '2026-01-02T00:00:00Z'), null);
    expect(await recorded(id)).toEqual([{ status: 'unknown', withdrawn: false, purchaseId: null }]);
    await recordDispute(pool, as(id, 'lost', '2026-01-03T00:00:00Z'), null);
    expect(await recorded(id)).toEqual([{ status: 'lost', withdrawn: true, purchaseId: null }]);
  });

  it('is one row if all its events are told at once', async () => {
    const id = randomUUID();
    const [opened, lost] = [as(id, 'needs_response', '2026-01-01T00:00:00Z'), as(id, 'lost', '2026-03-01T00:00:00Z')];
    await Promise.all([lost, opened, lost, opened].map((event) => recordDispute(pool, event, null)));
    expect(await recorded(id)).toEqual([{ status: 'lost', withdrawn: true, purchaseId: null }]);
  });

  it('keeps its purchase once that is known, also from an older event', async () => {
    const [id, purchaseId] = [randomUUID(), randomUUID()];
    await recordDispute(pool, as(id, 'lost', '2026-03-01T00:00:00Z'), null);
    await recordDispute(pool, as(id, 'needs_response', '2026-01-01T00:00:00Z'), purchaseId);
    await recordDispute(pool, as(id, 'won', '2026-04-01T00:00:00Z'), null);
    expect(await recorded(id)).toEqual([{ status: 'won', withdrawn: false, purchaseId }]);
  });
});
