import { randomUUID } from 'node:crypto';
import { AUDIT_TASK_QUEUE, RECONCILIATION_SCHEDULE, transactionKey } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBuyer, paymentsOf } from '../../support/office.js';
import { until } from '../../support/until.js';
import { openScene, type Scene, type Sold } from './scene.js';
import { findings, inWords, lightLoad, sweep } from './sweeping.js';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ auditConsumers: 2 });
});
afterAll(() => scene.close());

describe('an event at which nothing is wrong', () => {
  it('shows nothing while many buy, hold, cancel and are declined', async () => {
    const { office } = scene;
    const { id: eventId } = await office.createEvent({ total: 2_000 });
    const load = lightLoad(office, eventId, { buyers: 5 });
    const others = Promise.all([
      office.buy({ eventId, quantity: 1, payment: { method: 'pm_slow_1500' } }),
      office.buy({ eventId, quantity: 1, payment: { method: 'pm_decline_no_money' } }),
      ...Array.from({ length: 5 }, async () => {
        const as = newBuyer();
        const { body } = await office.buy({ eventId, quantity: 2 }, { as });
        await office.call('POST', `/api/purchases/${body.purchaseId}/cancel`, { as, role: 'buyer', body: {} });
      }),
    ]);
    for (let i = 0; i < 4; i++) await sweep(office, eventId);
    await others;
    await load.stop();
    expect(await findings(office, { eventId })).toEqual([]);
    await scene.expectAgreement(eventId);
  }, 120_000);
});

describe('several sweeps at once, by two audit consumers', () => {
  it('find the same, each put right once, while nothing is counted twice', async () => {
    const { office, backstage } = scene;
    const eventId = await scene.createEvent();
    const sales = await Promise.all(Array.from({ length: 5 }, () => scene.sold(eventId)));
    const load = lightLoad(office, eventId, { ticketType: 'others' });
    const planted = await plantSeveral(eventId, sales);
    await Promise.all([
      sweep(office, eventId),
      sweep(office),
      backstage.temporal.schedule.getHandle(RECONCILIATION_SCHEDULE).trigger(),
    ]);
    await until(async () => {
      await sweep(office, eventId);
      const found = await findings(office, { eventId });
      expect(
        found.filter(({ status }) => status === 'repaired').map(({ kind, subject }) => `${kind} ${subject}`),
      ).toEqual(expect.arrayContaining(planted.subjects));
      // Whoever comes second finds nothing left to do.
      for (const { status } of found) expect(['repaired', 'gone']).toContain(status);
    }, 60_000);
    await load.stop();
    expect(await paymentsOf(planted.charged)).toMatchObject({ refunded: 700 });
    await scene.expectNothingNew(eventId);
    await expectCountedOnce(eventId);
  }, 180_000);
});

/** One of nearly every kind. Answers what they are found as, and whose money is to go back. */
async function plantSeveral(eventId: string, sales: readonly Sold[]) {
  const { office, backstage } = scene;
  const [missing, doubled, lost, charged, misread] = sales;
  if (!missing || !doubled || !lost || !charged || !misread) throw new Error('too few sales');
  const generation = await backstage.generationOf(eventId);
  const ghost = randomUUID();
  const items = [{ ticketType: 'standard', quantity: 4 }];
  await backstage.inventory.reserve(eventId, generation, [{ purchaseId: ghost, epoch: 1, userId: newBuyer(), items }]);
  await office.redis.set(transactionKey(misread.transactionId), '{"version":99,"status":"declined"}');
  await scene.charge(charged.purchaseId, { capture: true, amountMinor: 700 });
  await backstage.owner.query(
    `with line as (delete from capacity_ledger where purchase_id = $1 returning change)
     update events set capacity = capacity - line.change from line where id = $2`,
    [missing.purchaseId, eventId],
  );
  await office.pool.query(
    `with line as (
       insert into capacity_ledger (message_id, event_id, purchase_id, operation, change, items, occurred_at)
       values (gen_random_uuid(), $2, $1, 'purchase', -2, '[]', now()) returning change)
     update events set capacity = capacity + line.change - 5 from line where id = $2`,
    [doubled.purchaseId, eventId],
  );
  await backstage.inventory.giveBack(eventId, generation, [
    { purchaseId: lost.purchaseId, items: [{ ticketType: 'standard', serials: await serialsOf(lost.purchaseId) }] },
  ]);
  return {
    charged: charged.purchaseId,
    subjects: [
      `orphaned_hold ${ghost}`,
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
  const { rows } = await scene.office.pool.query<{ serial: number }>(
    'select serial from event_tickets where purchase_id = $1',
    [purchaseId],
  );
  return rows.map(({ serial }) => serial);
}

/** Each sale has one line of its own in the ledger and in the audit log, and each correction one of its finding. */
async function expectCountedOnce(eventId: string): Promise<void> {
  await scene.expectAgreement(eventId);
  const { rows } = await scene.office.pool.query<{ sales: number; repaired: number }>(
    `select (select count(*) from event_ticket_transactions where event_id = $1 and status = 'confirmed')::int as sales,
            (select count(*) from audit_logs where event_id = $1 and kind = 'purchase')::int as audited,
            (select count(distinct purchase_id) from capacity_ledger
              where event_id = $1 and operation = 'purchase')::int as in_ledger,
            (select count(*) from capacity_ledger where event_id = $1 and operation = 'purchase')::int as lines,
            (select count(*) from capacity_ledger where event_id = $1 and operation = 'adjust')::int as corrections,
            (select count(*) from reconciliation_findings where event_id = $1 and status = 'repaired')::int as repaired,
            (select count(*) from audit_logs where event_id = $1 and kind = 'reconciliation')::int as told`,
    [eventId],
  );
  const { sales = 0, repaired = 0 } = rows[0] ?? {};
  // One line was planted, and one corrects it.
  expect(rows).toMatchObject([{ audited: sales, in_ledger: sales, lines: sales + 1, corrections: 1, told: repaired }]);
}

describe('the schedule', () => {
  it('is there, skips what would overlap, and can be triggered by hand', async () => {
    const handle = scene.backstage.temporal.schedule.getHandle(RECONCILIATION_SCHEDULE);
    const described = await handle.describe();
    expect(described.policies.overlap).toBe('SKIP');
    expect(described.action).toMatchObject({ taskQueue: AUDIT_TASK_QUEUE, workflowType: 'reconciliation' });

    const { id: eventId } = await scene.office.createEvent({ total: 20 });
    await scene.sold(eventId);
    await scene.office.pool.query('update events set capacity = 1 where id = $1', [eventId]);
    await handle.trigger();
    await until(async () => {
      expect(inWords(await findings(scene.office, { eventId }))).toEqual(['capacity_wrong repaired']);
    }, 30_000);
    expect((await findings(scene.office, { eventId }))[0]?.by).toBe('schedule');
    expect(inject('stack').temporalNamespace).toBe('default');
  }, 60_000);
});
