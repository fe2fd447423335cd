import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { openReconciliationFixture, type ReconciliationFixture } from './reconciliation-fixture.js';
import { findings, lastingFindings, reconcile } from './reconciliation-runs.js';

let fixture: ReconciliationFixture;

beforeAll(async () => {
  fixture = await openReconciliationFixture();
});
afterAll(() => fixture.close());

describe.concurrent('a missing message', () => {
  it('is published again unchanged', async () => {
    await fixture.plantUnderLoad({
      // Deletes the line and its effect, as if the message had been lost.
      plant: ({ purchaseId, eventId }) =>
        fixture.stores.owner.query(
          `with line as (delete from capacity_ledger where purchase_id = $1 returning change)
           update events set capacity = capacity - line.change from line where id = $2`,
          [purchaseId, eventId],
        ),
      finds: ['missing_message repaired'],
      after: async ({ purchaseId }) => {
        await until(async () => {
          const { rows } = await fixture.system.pool.query(
            'select change from capacity_ledger where purchase_id = $1',
            [purchaseId],
          );
          expect(rows).toEqual([{ change: -2 }]);
        });
      },
    });
  });

  it('of both kinds is published again for a purchase whose workflow has completed', async () => {
    const { id: eventId } = await fixture.system.createEvent({ total: 20 });
    const { purchaseId: other } = await fixture.sold(eventId);
    const { rows } = await fixture.system.pool.query<{ owner_workflow_id: string; owner_run_id: string }>(
      'select owner_workflow_id, owner_run_id from event_ticket_transactions where id = $1',
      [other],
    );
    const [ended] = rows;
    if (!ended) throw new Error('no owner');
    const { claim, purchaseId } = await fixture.stores.confirmPurchase({
      eventId,
      quantity: 2,
      purchaseId: randomUUID(),
      owner: { workflowId: ended.owner_workflow_id, runId: ended.owner_run_id },
    });
    expect(claim.epoch).toBe(1);
    await until(async () => {
      await reconcile(fixture.system, eventId);
      const { rowCount } = await fixture.system.pool.query(
        `select from capacity_ledger l join audit_logs a using (purchase_id) where l.purchase_id = $1 and a.kind = 'purchase'`,
        [purchaseId],
      );
      expect(rowCount).toBe(1);
    }, 30_000);
    await until(async () => {
      const found = await lastingFindings(fixture.system, { purchaseId });
      expect(found.filter(({ kind }) => kind === 'missing_message')).toMatchObject([
        { status: 'repaired' },
        { status: 'repaired' },
      ]);
    });
    await fixture.expectAgreement(eventId);
  });
});

describe.concurrent('a duplicate ledger line', () => {
  it('is corrected by another line, which refers to the finding', async () => {
    await fixture.plantUnderLoad({
      plant: ({ purchaseId, eventId }) =>
        fixture.system.pool.query(
          `with line as (
             insert into capacity_ledger (message_id, event_id, purchase_id, operation, change, items, occurred_at)
             values (gen_random_uuid(), $2, $1, 'purchase', -2, '[]', now()) returning change)
           update events set capacity = capacity + line.change from line where id = $2`,
          [purchaseId, eventId],
        ),
      finds: ['duplicate repaired'],
      after: async ({ purchaseId, eventId }) => {
        const { rows } = await fixture.system.pool.query(
          `select l.change, f.subject from capacity_ledger l join reconciliation_findings f on f.id = l.finding_id
            where l.purchase_id = $1 and l.operation = 'adjust'`,
          [purchaseId],
        );
        expect(rows).toEqual([{ change: 2, subject: `ledger of ${purchaseId}` }]);
        expect(eventId).toBeDefined();
      },
    });
  });
});

describe.concurrent('serials that do not agree', () => {
  it('are handed over to an operator if the buyer was answered with other tickets', async () => {
    const { id: eventId } = await fixture.system.createEvent({ total: 20 });
    const { purchaseId } = await fixture.sold(eventId);
    await fixture.stores.owner.query(
      `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
       select gen_random_uuid(), event_id, ticket_type, 20, purchase_id, user_id, 0, currency, 'valid'
         from event_tickets where purchase_id = $1 limit 1`,
      [purchaseId],
    );
    await reconcile(fixture.system, eventId);
    const found = (await findings(fixture.system, { eventId })).filter(({ kind }) => kind === 'serial_mismatch');
    expect(found).toContainEqual(
      expect.objectContaining({ subject: `not_as_told standard 20 ${purchaseId}`, status: 'handed_over' }),
    );
    await reconcile(fixture.system, eventId);
    await fixture.expectNothingNew(eventId);
  });
});

describe.concurrent('a wrong capacity', () => {
  it('in PostgreSQL is set to the sum of the ledger', async () => {
    await fixture.plantUnderLoad({
      plant: ({ eventId }) =>
        fixture.system.pool.query('update events set capacity = capacity - 5 where id = $1', [eventId]),
      finds: ['capacity_wrong repaired'],
    });
  });

  it('after a change of totals without a ledger line is corrected by a new line', async () => {
    await fixture.plantUnderLoad({
      plant: ({ eventId }) =>
        fixture.system.pool.query(
          `update event_ticket_types set total = total + 5 where event_id = $1 and name = 'standard'`,
          [eventId],
        ),
      finds: ['capacity_wrong repaired'],
      after: async ({ eventId }) => {
        const { rows } = await fixture.system.pool.query<{ change: number }>(
          `select change from capacity_ledger where event_id = $1 and operation = 'adjust' and finding_id is not null`,
          [eventId],
        );
        expect(rows).toEqual([{ change: 5 }]);
      },
    });
  });
});

describe.concurrent('an offline admission', () => {
  it('with a code of an earlier holder is handed over, and gone once it is undone', async () => {
    const eventId = await fixture.createEvent();
    const { purchaseId } = await fixture.sold(eventId);
    const { operator, pool } = fixture.system;
    const { data } = await operator.GET('/api/purchases/{id}/tickets', { params: { path: { id: purchaseId } } });
    const [ticket] = data?.tickets ?? [];
    await pool.query('update event_tickets set version = 2 where id = $1', [ticket?.ticketId]);
    const report = { key: randomUUID(), code: ticket?.code ?? '', gate: 'North', admittedAt: new Date().toISOString() };
    const { data: reported } = await operator.POST('/api/check-ins/batch', { body: { checkIns: [report] } });
    const { checkInId = '', ...checkIn } = reported?.checkIns[0]?.checkIn ?? {};
    expect(checkIn).toMatchObject({ result: 'outdated', offline: true });
    const invalid = async () => {
      await reconcile(fixture.system, eventId);
      return (await findings(fixture.system, { purchaseId })).filter(({ kind }) => kind === 'invalid_admission');
    };
    await until(
      async () => expect(await invalid()).toMatchObject([{ subject: checkInId, status: 'handed_over' }]),
      60_000,
    );
    const params = { path: { id: checkInId } };
    await operator.POST('/api/check-ins/{id}/undo', { params, body: { reason: 'sent away again' } });
    expect(await invalid()).toMatchObject([{ status: 'gone' }]);
  });
});
