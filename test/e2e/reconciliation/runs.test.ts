import { randomUUID } from 'node:crypto';
import {
  AUDIT_TASK_QUEUE,
  RECONCILIATION_SCHEDULE,
  reconciliationWorkflowId,
  transactionKey,
} from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBuyer, paymentsOf } from '../../support/test-system.js';
import { until } from '../../support/until.js';
import { openReconciliationFixture, type ReconciliationFixture, type Sold } from './reconciliation-fixture.js';
import { findings, lastingFindings, summariesOf, startBuyerLoad, reconcile } from './reconciliation-runs.js';

let fixture: ReconciliationFixture;

beforeAll(async () => {
  fixture = await openReconciliationFixture({ auditConsumers: 2 });
});
afterAll(() => fixture.close());

describe('an event without differences', () => {
  it('has no findings while many buyers buy, cancel and are declined', async () => {
    const { system } = fixture;
    const { id: eventId } = await system.createEvent({ total: 2_000 });
    const load = startBuyerLoad(system, eventId, { buyers: 5 });
    const others = Promise.all([
      system.buy({ eventId, quantity: 1, payment: { method: 'pm_slow_1500' } }),
      system.buy({ eventId, quantity: 1, payment: { method: 'pm_decline_no_money' } }),
      ...Array.from({ length: 5 }, async () => {
        const as = newBuyer();
        const { body } = await system.buy({ eventId, quantity: 2 }, { as });
        await system.call('POST', `/api/purchases/${body.purchaseId}/cancel`, { as, role: 'buyer', body: {} });
      }),
    ]);
    for (let i = 0; i < 4; i++) await reconcile(system, eventId);
    await others;
    await load.stop();
    expect(await findings(system, { eventId })).toEqual([]);
    await fixture.expectAgreement(eventId);
  });
});

describe('concurrent reconciliation runs by two audit consumers', () => {
  it('find the same differences, repair each once, and count nothing twice', async () => {
    const { system, stores } = fixture;
    const eventId = await fixture.createEvent();
    const sales = await Promise.all(Array.from({ length: 5 }, () => fixture.sold(eventId)));
    const load = startBuyerLoad(system, eventId, { ticketType: 'others' });
    const planted = await plantSeveral(eventId, sales);
    await Promise.all([
      reconcile(system, eventId),
      reconcile(system),
      stores.temporal.schedule.getHandle(RECONCILIATION_SCHEDULE).trigger(),
    ]);
    await until(async () => {
      await reconcile(system, eventId);
      const found = await findings(system, { eventId });
      expect(
        found.filter(({ status }) => status === 'repaired').map(({ kind, subject }) => `${kind} ${subject}`),
      ).toEqual(expect.arrayContaining(planted.subjects));
      // The run that comes second finds nothing left to repair.
      for (const { status } of found) expect(['repaired', 'gone']).toContain(status);
    }, 60_000);
    await load.stop();
    expect(await paymentsOf(planted.charged)).toMatchObject({ refunded: 700 });
    await fixture.expectNothingNew(eventId);
    await expectCountedOnce(eventId);
  }, 180_000);
});

/** Plants a difference of nearly every kind. Returns the expected findings, and the purchase with the extra charge. */
async function plantSeveral(eventId: string, sales: readonly Sold[]) {
  const { system, stores } = fixture;
  const [missing, doubled, lost, charged, misread] = sales;
  if (!missing || !doubled || !lost || !charged || !misread) throw new Error('too few sales');
  const generation = await stores.generationOf(eventId);
  const orphan = randomUUID();
  const items = [{ ticketType: 'standard', quantity: 4 }];
  await stores.inventory.reserve(eventId, generation, [{ purchaseId: orphan, epoch: 1, userId: newBuyer(), items }]);
  await system.redis.set(transactionKey(misread.transactionId), '{"version":99,"status":"declined"}');
  await fixture.charge(charged.purchaseId, { capture: true, amountMinor: 700 });
  await stores.owner.query(
    `with line as (delete from capacity_ledger where purchase_id = $1 returning change)
     update events set capacity = capacity - line.change from line where id = $2`,
    [missing.purchaseId, eventId],
  );
  await system.pool.query(
    `with line as (
       insert into capacity_ledger (message_id, event_id, purchase_id, operation, change, items, occurred_at)
       values (gen_random_uuid(), $2, $1, 'purchase', -2, '[]', now()) returning change)
     update events set capacity = capacity + line.change - 5 from line where id = $2`,
    [doubled.purchaseId, eventId],
  );
  await stores.inventory.giveBack(eventId, generation, [
    { purchaseId: lost.purchaseId, items: [{ ticketType: 'standard', serials: await serialsOf(lost.purchaseId) }] },
  ]);
  return {
    charged: charged.purchaseId,
    subjects: [
      `orphaned_hold ${orphan}`,
      `wrong_read_model ${transactionKey(misread.transactionId)}`,
      `duplicate ledger of ${doubled.purchaseId}`,
      `lost_hold ${lost.purchaseId}`,
      'capacity_wrong events.capacity',
      expect.stringMatching(/^missing_message /) as string,
      expect.stringContaining(`charge_without_ticket ${charged.purchaseId} `) as string,
    ],
  };
}

async function serialsOf(purchaseId: string): Promise<number[]> {
  const { rows } = await fixture.system.pool.query<{ serial: number }>(
    'select serial from event_tickets where purchase_id = $1',
    [purchaseId],
  );
  return rows.map(({ serial }) => serial);
}

/** Each sale has one line in the ledger and one in the audit log, and each repair has one audit line. */
async function expectCountedOnce(eventId: string): Promise<void> {
  await fixture.expectAgreement(eventId);
  const { rows } = await fixture.system.pool.query<{ sales: number; repaired: number }>(
    `select (select count(*) from event_ticket_transactions where event_id = $1 and status = 'confirmed')::int as sales,
            (select count(*) from audit_logs where event_id = $1 and kind = 'purchase')::int as audited,
            (select count(distinct purchase_id) from capacity_ledger
              where event_id = $1 and operation = 'purchase')::int as in_ledger,
            (select count(*) from capacity_ledger where event_id = $1 and operation = 'purchase')::int as lines,
            (select count(*) from capacity_ledger where event_id = $1 and operation = 'adjust')::int as corrections,
            (select count(*) from reconciliation_findings where event_id = $1 and status = 'repaired')::int as repaired,
            (select count(*) from audit_logs where event_id = $1 and kind = 'reconciliation')::int as audited_repairs`,
    [eventId],
  );
  const { sales = 0, repaired = 0 } = rows[0] ?? {};
  // One line was planted, and one corrects it.
  expect(rows).toMatchObject([
    { audited: sales, in_ledger: sales, lines: sales + 1, corrections: 1, audited_repairs: repaired },
  ]);
}

describe('a reconciliation run that no audit consumer has begun', () => {
  it('is found from its request on, and shows its end when its workflow is terminated', async () => {
    const { system, stores } = fixture;
    const { id: eventId } = await system.createEvent({ total: 20 });
    const consumers = system.services.auditConsumer;
    for (const consumer of consumers) await consumer.kill('SIGSTOP');
    try {
      const { data } = await system.operator.POST('/api/operations/reconciliation', { body: { eventId } });
      const params = { path: { id: data?.reconciliationId ?? '' } };
      const requested = await system.operator.GET('/api/operations/reconciliation/{id}', { params });
      expect([requested.response.status, requested.data?.status]).toEqual([200, 'requested']);
      await stores.temporal.workflow.getHandle(reconciliationWorkflowId(eventId)).terminate();
      const ended = await system.operator.GET('/api/operations/reconciliation/{id}', { params });
      expect(ended.data).toMatchObject({ status: 'ended', scope: `event ${eventId}` });
    } finally {
      for (const consumer of consumers) await consumer.kill('SIGCONT');
    }
    expect(await reconcile(system, eventId)).toMatchObject({ events: 1, failedSteps: 0 });
  });
});

describe('the schedule', () => {
  it('exists, skips overlapping runs, and can be triggered by hand', async () => {
    const handle = fixture.stores.temporal.schedule.getHandle(RECONCILIATION_SCHEDULE);
    const described = await handle.describe();
    expect(described.policies.overlap).toBe('SKIP');
    expect(described.action).toMatchObject({ taskQueue: AUDIT_TASK_QUEUE, workflowType: 'reconciliation' });

    const { id: eventId } = await fixture.system.createEvent({ total: 20 });
    await fixture.sold(eventId);
    await fixture.system.pool.query('update events set capacity = 1 where id = $1', [eventId]);
    await handle.trigger();
    await until(async () => {
      expect(summariesOf(await findings(fixture.system, { eventId }))).toEqual(['capacity_wrong repaired']);
    }, 30_000);
    expect((await lastingFindings(fixture.system, { eventId }))[0]?.by).toBe('schedule');
    expect(inject('stack').temporalNamespace).toBe('default');
  });
});
