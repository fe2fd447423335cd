import { randomUUID } from 'node:crypto';
import { createLogger } from '@box-office/platform';
import { claimPurchases, readStatistics, refusePurchases } from '@box-office/database';
import { openTestDatabase, type TestDatabase } from '@box-office/database/testing';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createMetrics } from '../metrics.js';
import { startHousekeeping } from './housekeeping.js';
import { runPeriodically } from './run-periodically.js';

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

    const metrics = createMetrics({ processMetrics: false });
    const housekeeping = startHousekeeping({ pool, metrics, logger });
    await expect
      .poll(async () => (await readStatistics(pool, { eventId, limit: 1 })).statistics[0]?.refusals)
      .toEqual([{ outcome: 'refused', reason: 'sold_out', purchases: 1 }]);
    await housekeeping.stop();
    const text = await metrics.registry.metrics();
    expect(text).toContain('outcomes_counted_total{of="purchases"} 1');
    expect(text).toContain('audit_log_broken 0');
  });
});

describe('runPeriodically', () => {
  it('continues after a failure, does not pause while there is more, and stops after its execution', async () => {
    const log: string[] = [];
    let finish: (() => void) | undefined;
    const task = runPeriodically({
      name: 'run the test',
      intervalMs: 1,
      logger,
      async execute() {
        log.push('started');
        if (log.length === 1) throw new Error('unavailable');
        if (log.length === 2) return true;
        await new Promise<void>((resolve) => (finish = resolve));
        log.push('finished');
        return false;
      },
    });
    await expect.poll(() => log.length).toBe(3);
    const stopped = task.stop();
    finish?.();
    await stopped;
    expect(log).toEqual(['started', 'started', 'started', 'finished']);
  });
});
