import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import {
  beginReconciliationRun,
  findReconciliationRun,
  finishReconciliationRun,
  latestReconciliationRun,
  requestReconciliationRun,
} from './runs.js';

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

describe('a reconciliation run', () => {
  it('is recorded from its beginning to its end, and is the latest until another one compares', async () => {
    const reconciliationId = randomUUID();
    await beginReconciliationRun(fixture.pool, {
      reconciliationId,
      requestedBy: 'ann',
      scope: 'all',
      workflowId: 'reconciliation/all',
    });
    expect(await findReconciliationRun(fixture.pool, reconciliationId)).toMatchObject({
      finishedAt: null,
      counts: null,
      requestedBy: 'ann',
    });
    const counts = { events: 1, recovered: 0, found: 0, repaired: 0, handedOver: 0 };
    await finishReconciliationRun(fixture.pool, reconciliationId, counts);
    expect(await findReconciliationRun(fixture.pool, reconciliationId)).toMatchObject({ counts });
    expect(await latestReconciliationRun(fixture.pool)).toEqual(
      await findReconciliationRun(fixture.pool, reconciliationId),
    );

    const recovery = {
      reconciliationId: randomUUID(),
      requestedBy: 'schedule',
      scope: 'recovery' as const,
      workflowId: 'r',
    };
    await beginReconciliationRun(fixture.pool, recovery);
    await finishReconciliationRun(fixture.pool, recovery.reconciliationId, { ...counts, events: 0, recovered: 1 });
    expect(await latestReconciliationRun(fixture.pool)).toMatchObject({ reconciliationId });
  });

  it('that was requested is found, is not the latest until it begins, and begins once', async () => {
    const { pool } = fixture;
    const reconciliationId = randomUUID();
    const run = { reconciliationId, requestedBy: 'ann', scope: { eventId: '7' }, workflowId: 'reconciliation/7' };
    await requestReconciliationRun(pool, run);
    await requestReconciliationRun(pool, { ...run, requestedBy: 'bob' });
    const requested = { requestedBy: 'ann', scope: 'event 7', isBegun: false, finishedAt: null };
    expect(await findReconciliationRun(pool, reconciliationId)).toMatchObject(requested);
    expect((await latestReconciliationRun(pool))?.reconciliationId).not.toBe(reconciliationId);

    await pool.query(`update reconciliation_runs set started_at = now() - interval '1 hour' where id = $1`, [
      reconciliationId,
    ]);
    const startedAt = await beginReconciliationRun(pool, run);
    expect(Date.parse(startedAt)).toBeGreaterThan(Date.now() - 60_000);
    await requestReconciliationRun(pool, run);
    expect(await beginReconciliationRun(pool, run)).toBe(startedAt);
    expect(await latestReconciliationRun(pool)).toMatchObject({ reconciliationId, isBegun: true, startedAt });
  });
});
