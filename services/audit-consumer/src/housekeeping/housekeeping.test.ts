import { randomUUID } from 'node:crypto';
import { createLogger } from '@box-office/platform';
import { claimPurchases, readStatistics, refusePurchases } from '@box-office/database';
import { openTestDatabase, type TestDatabase } from '@box-office/database/testing';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createMetrics } from '../metrics.js';
import { startHousekeeping } from './housekeeping.js';

const logger = createLogger({ service: 'test', level: 'silent' });

describe('housekeeping', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await openTestDatabase(inject('stack'));
    ({ pool } = database);
  });
  afterAll(() => database.close());

  it('adds refusals to the statistics, and creates partitions of the audit log', async () => {
    const eventId = await database.createEvent();
    const order = { purchaseId: randomUUID(), fingerprint: 'f', userId: 'ann', eventId, requestId: 'r' };
    const items = [{ ticketType: 'standard', quantity: 1 }];
    const claimant = { workflowId: 'w', runId: 'r' };
    const [claim] = await claimPurchases(pool, [{ ...order, items, paymentMethod: 'pm' }], claimant);
    if (claim?.kind !== 'mine') throw new Error(claim?.kind);
    await refusePurchases(pool, [{ ...claim, refusal: { reason: 'sold_out', ticketType: 'standard' } }]);

    await pool.query(
      `insert into mails (kind, user_id, purchase_id, due_at) values ('tickets', 'ann', $1, now() - interval '1 h')`,
      [order.purchaseId],
    );
    const metrics = createMetrics({ processMetrics: false });
    const housekeeping = startHousekeeping({ pool, poolBySize: pool, metrics, receipts: null, logger });
    await expect
      .poll(async () => (await readStatistics(pool, { eventId, limit: 1 })).statistics[0]?.refusals)
      .toEqual([{ outcome: 'refused', reason: 'sold_out', purchases: 1 }]);
    await expect.poll(() => metrics.registry.metrics()).toMatch(/^oldest_due_mail_seconds 36\d\d$/m);
    await housekeeping.stop();
    const text = await metrics.registry.metrics();
    expect(text).toContain('outcomes_counted_total{of="purchases"} 1');
    expect(text).toContain('audit_log_broken 0');
  });
});
