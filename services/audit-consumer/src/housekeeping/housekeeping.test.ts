import { randomUUID } from 'node:crypto';
import { createLogger, createPool } from '@box-office/platform';
import { claimPurchases, createEvent, readStatistics, refusePurchases } from '@box-office/records';
import { freshDatabase, type FreshDatabase } from '@box-office/records/testing';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createMetrics } from '../metrics.js';
import { startHousekeeping } from './housekeeping.js';
import { repeatedly } from './repeatedly.js';

const logger = createLogger({ service: 'test', level: 'silent' });

describe('the housekeeping', () => {
  let database: FreshDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await freshDatabase(inject('stack'));
    pool = createPool({ url: database.databaseUrl, applicationName: 'housekeeping test', max: 4, logger });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('brings refusals into the statistics, and has partitions of the audit log ready', async () => {
    const { id: eventId } = await createEvent(pool, {
      name: 'Gala',
      description: '',
      venue: 'Hall',
      startsAt: '2035-01-01T19:00:00Z',
      endsAt: '2035-01-01T22:00:00Z',
      timeZone: 'Europe/Paris',
      currency: 'EUR',
      status: 'on_sale',
      saleStartsAt: null,
      saleEndsAt: null,
      limitPerBuyer: 10,
      ticketTypes: [{ name: 'standard', priceMinor: 2_500, total: 10 }],
    });
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

describe('repeatedly', () => {
  it('goes on after a failure, at once while there is more, and ends its turn before it stops', async () => {
    const turns: string[] = [];
    let finish: (() => void) | undefined;
    const repetition = repeatedly({
      what: 'test',
      everyMs: 1,
      logger,
      async turn() {
        turns.push('begun');
        if (turns.length === 1) throw new Error('away');
        if (turns.length === 2) return true;
        await new Promise<void>((resolve) => (finish = resolve));
        turns.push('done');
        return false;
      },
    });
    await expect.poll(() => turns.length).toBe(3);
    const stopped = repetition.stop();
    finish?.();
    await stopped;
    expect(turns).toEqual(['begun', 'begun', 'begun', 'done']);
  });
});
