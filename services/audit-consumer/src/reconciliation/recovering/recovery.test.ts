import { randomUUID } from 'node:crypto';
import {
  CANCELLATION_WORKFLOW,
  cancellationWorkflowId,
  eventCancellationWorkflowId,
  detachedPurchaseWorkflowId,
  holdWorkflowId,
  PURCHASE_WORKFLOW,
  purchaseWorkflowId,
} from '@box-office/contract';
import { claimPurchases } from '@box-office/database';
import { createInventory } from '@box-office/inventory';
import { createLogger, createRedis, redisReady } from '@box-office/platform';
import { openTestDatabase, separateEventIds, type TestDatabase } from '@box-office/database/testing';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ReconciliationDeps } from '../deps.js';
import { recoverCancellations } from './recover-cancellations.js';
import { recoverHolds } from './recover-holds.js';
import { recoverUnclaimed } from './recover-unclaimed.js';

const logger = createLogger({ service: 'test', level: 'silent' });
let database: TestDatabase;
let pool: pg.Pool;
let redis: ReturnType<typeof createRedis>;

beforeAll(async () => {
  const stack = inject('stack');
  database = await openTestDatabase(stack, 4);
  ({ pool } = database);
  await separateEventIds(database.databaseUrl, stack.databaseOwnerUrl);
  redis = createRedis({ url: stack.redisUrl, name: 'recovery test', logger });
  await redisReady(redis, 5_000);
});
afterAll(async () => {
  redis.disconnect();
  await database.close();
});

/** Dependencies for which Temporal does not know these workflows, and all others run. Records the starts. */
function depsWithout(gone: ReadonlySet<string>): { deps: ReconciliationDeps; started: string[] } {
  const started: string[] = [];
  const deps: Partial<ReconciliationDeps> = {
    pool,
    inventory: createInventory(redis),
    idleMs: 0,
    stalledMs: 3_600_000,
    workflows: {
      stateOf: async (workflowId) =>
        gone.has(workflowId)
          ? { kind: 'closed', completed: false, status: 'unknown', closedAtMs: null }
          : { kind: 'running', runId: randomUUID(), needsOperator: false },
      start: async ({ workflowId }) => {
        started.push(workflowId);
        return true;
      },
      listLost: () => ({ async *[Symbol.asyncIterator]() {} }),
      startOf: async () => undefined,
      interventionReportOf: async () => null,
    },
  };
  return { deps: deps as ReconciliationDeps, started };
}

const RUN = { reconciliationId: randomUUID(), requestedBy: 'test' };

async function createEvents(count: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into events (name, venue, starts_at, ends_at, time_zone, currency, limit_per_buyer, capacity,
                         initial_capacity)
     select 'Gala', 'Hall', '2035-01-01', '2035-01-02', 'UTC', 'EUR', 10, 1000, 1000 from generate_series(1, $1)
     returning id`,
    [count],
  );
  const ids = rows.map(({ id }) => id);
  await pool.query(
    `insert into event_ticket_types (event_id, name, position, price_minor, total)
     select id, 'standard', 0, 2500, 1000 from unnest($1::text[]) as id`,
    [ids],
  );
  await pool.query('insert into event_inventory (event_id) select * from unnest($1::text[])', [ids]);
  return ids;
}

describe('abandoned work is recovered', () => {
  it('behind more than a page of event cancellations whose workflows run', async () => {
    const eventIds = await createEvents(250);
    await pool.query(
      `insert into event_cancellations (event_id, requested_by, reason, request_id)
       select id, 'operator', 'storm', 'r' from unnest($1::text[]) as id`,
      [eventIds],
    );
    const gone = [eventIds.at(0), eventIds.at(120), eventIds.at(-1)].map((id) => eventCancellationWorkflowId(id ?? ''));
    const { deps, started } = depsWithout(new Set(gone));
    expect(await recoverCancellations(deps, RUN)).toBe(3);
    expect(started.toSorted()).toEqual(gone.toSorted());
  });

  it('with the memo by which the gateway knows a cancellation that has no row', async () => {
    const [cancellationId, purchaseId] = [randomUUID(), randomUUID()];
    const workflowId = cancellationWorkflowId(cancellationId);
    const { deps } = depsWithout(new Set([workflowId]));
    const memos: unknown[] = [];
    const lost = {
      workflowId,
      runId: 'r',
      type: CANCELLATION_WORKFLOW,
      status: 'Terminated',
      purchaseIds: [purchaseId],
    };
    const workflows: ReconciliationDeps['workflows'] = {
      ...deps.workflows,
      async *listLost() {
        yield { ...lost, workflowId: 'started by hand', eventIds: ['1'] };
        yield { ...lost, eventIds: ['1'] };
      },
      startOf: async () => ({
        argument: { cancellationId, purchaseId, eventId: '1', userId: 'ann', requestId: 'r' },
        firstRunId: 'r',
      }),
      start: async ({ memo }) => memos.push(memo) > 0,
    };
    expect(await recoverUnclaimed({ ...deps, workflows }, RUN, null)).toMatchObject({ recovered: 1 });
    expect(memos).toEqual([{ buyer: 'ann', purchaseId, requestId: 'r' }]);
  });

  it('but no purchase that the first run of a reset workflow has not begun, even if the others are detached', async () => {
    const [eventId = ''] = await createEvents(1);
    const order = {
      purchaseId: randomUUID(),
      fingerprint: 'f',
      userId: 'ann',
      eventId,
      requestId: 'r',
      items: [{ ticketType: 'standard', quantity: 1 }],
      paymentMethod: 'pm_approve',
    };
    const workflowId = `purchases/${randomUUID()}`;
    await claimPurchases(pool, [order], { workflowId, runId: 'first' });
    const handOver = { fromWorkflowId: workflowId, fromRunId: 'first', epoch: 1 };
    const detached = { workflowId: detachedPurchaseWorkflowId(order.purchaseId), runId: 'detached', handOver };
    expect(await claimPurchases(pool, [order], detached)).toMatchObject([{ kind: 'mine' }]);

    const notBegun = { ...order, purchaseId: randomUUID() };
    const purchaseIds = [order.purchaseId, notBegun.purchaseId];
    const { deps, started } = depsWithout(new Set([workflowId, purchaseWorkflowId(notBegun.purchaseId)]));
    const recover = (firstRunId: string) => {
      const workflows: ReconciliationDeps['workflows'] = {
        ...deps.workflows,
        async *listLost() {
          const run = { workflowId, runId: 'reset', type: PURCHASE_WORKFLOW, status: 'Terminated' };
          yield { ...run, purchaseIds, eventIds: [eventId] };
        },
        startOf: async () => ({ argument: { orders: [order, notBegun] }, firstRunId }),
      };
      return recoverUnclaimed({ ...deps, workflows }, RUN, null);
    };
    expect(await recover('first')).toMatchObject({ recovered: 0 });
    expect(await recover('another')).toMatchObject({ recovered: 1 });
    expect(started).toEqual([purchaseWorkflowId(notBegun.purchaseId)]);
  });

  /** Active holds of one event, overdue by up to ten minutes, the longest first. */
  async function overdueHolds(count: number): Promise<{ eventId: string; holdIds: string[] }> {
    const [eventId = ''] = await createEvents(1);
    const { rows } = await pool.query<{ id: string }>(
      `insert into ticket_holds (id, fingerprint, user_id, event_id, wanted, items, tickets, status, expires_at,
                                 request_id, owner_workflow_id, quoted_items, amount_minor, currency)
       select gen_random_uuid(), 'f', 'buyer ' || n, $1, '[{"ticketType": "standard", "quantity": 1}]',
              jsonb_build_array(jsonb_build_object('ticketType', 'standard', 'serials', jsonb_build_array(n))),
              1, 'active', now() - make_interval(secs => 600 - n), 'r', 'hold',
              '[{"ticketType": "standard", "quantity": 1, "priceMinor": 2500}]', 2500, 'EUR'
         from generate_series(1, $2::integer) as n
       returning id`,
      [eventId, count],
    );
    return { eventId, holdIds: rows.map(({ id }) => id) };
  }

  const expiredOf = async (eventId: string): Promise<string[]> => {
    const expired = `select id from ticket_holds where event_id = $1 and status = 'expired'`;
    return (await pool.query<{ id: string }>(expired, [eventId])).rows.map(({ id }) => id);
  };

  it('behind more than a page of overdue holds whose workflows run', async () => {
    const { eventId, holdIds } = await overdueHolds(550);
    const last = holdIds.at(-1) ?? '';
    const { deps } = depsWithout(new Set([holdWorkflowId(last)]));
    expect(await recoverHolds(deps, RUN)).toBe(1);
    expect(await expiredOf(eventId)).toEqual([last]);
    await pool.query(`update ticket_holds set status = 'released' where event_id = $1 and status = 'active'`, [
      eventId,
    ]);
  });

  it('and so is an overdue hold that its running workflow does not end, but no other', async () => {
    const { eventId, holdIds } = await overdueHolds(120);
    const stalled = holdIds.slice(0, 50);
    await pool.query(`update ticket_holds set expires_at = now() - interval '1 hour' where id = any($1)`, [stalled]);
    const { deps } = depsWithout(new Set());
    expect(await recoverHolds({ ...deps, stalledMs: 1_800_000 }, RUN)).toBe(50);
    expect(new Set(await expiredOf(eventId))).toEqual(new Set(stalled));
    const causes = await pool.query<{ cause: string }>(
      `select cause from reconciliation_findings where event_id = $1 and subject = $2`,
      [eventId, `hold ${holdIds[0]}`],
    );
    expect(causes.rows).toMatchObject([{ cause: expect.stringContaining('is open') as string }]);
  });
});
