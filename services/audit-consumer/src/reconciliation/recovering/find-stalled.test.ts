import { randomUUID } from 'node:crypto';
import { cancellationWorkflowId, eventCancellationWorkflowId } from '@box-office/contract';
import {
  claimCancellation,
  countStalledWork,
  decideFindings,
  listFindings,
  listStalledWork,
  recordFindings,
} from '@box-office/database';
import { openTestDatabase, type TestDatabase } from '@box-office/database/testing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ReconciliationDeps } from '../deps.js';
import type { WorkflowState } from '../temporal-workflows.js';
import { soldEvent } from '../../testing/sold-event.js';
import { findStalled } from './find-stalled.js';

const RUN = { reconciliationId: randomUUID(), requestedBy: 'test' };
const CLOSED: WorkflowState = { kind: 'closed', completed: false, status: 'unknown', closedAtMs: null };

let database: TestDatabase;

beforeEach(async () => {
  database = await openTestDatabase(inject('stack'), 2);
});
afterEach(() => database.close());

/** Unsettled cancellations that have not changed for long, the first one requested first. */
async function cancellations(count: number): Promise<{ eventId: string; purchaseId: string; ids: string[] }> {
  const { eventId, purchaseIds } = await soldEvent(database, [1]);
  const [purchaseId = ''] = purchaseIds;
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into ticket_cancellations (id, purchase_id, event_id, requested_by, by_operator, reason, request_id,
                                       requested_at, status, currency, updated_at)
     select gen_random_uuid(), $1, $2, 'buyer', false, '', 'r', now() - interval '1 d' + make_interval(secs => n),
            'refunding', 'EUR', now() - interval '1 h'
       from generate_series(1, $3::integer) as n
     returning id`,
    [purchaseId, eventId, count],
  );
  return { eventId, purchaseId, ids: rows.map(({ id }) => id) };
}

/** Dependencies for which these workflows run, and try nothing. */
const depsWith = (running: ReadonlyMap<string, { readonly needsOperator: boolean }>): ReconciliationDeps => {
  const workflows = {
    stateOf: async (workflowId: string): Promise<WorkflowState> => {
      const found = running.get(workflowId);
      return found ? { kind: 'running', runId: 'run', ...found } : CLOSED;
    },
    interventionReportOf: async () => ({ stuck: [], details: '' }),
  };
  return { pool: database.pool, workflows, stalledMs: 60_000 } as unknown as ReconciliationDeps;
};

const openFindings = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ subject: string }>(
    `select subject from reconciliation_findings where kind = 'stalled' and status = 'handed_over'`,
  );
  return rows.map(({ subject }) => subject);
};

describe('a stalled cancellation', () => {
  it('stays with the operator while there is more unfinished work than a run looks at', async () => {
    const { eventId, purchaseId, ids } = await cancellations(202);
    const [first = '', last = ''] = [ids[0], ids.at(-1)];
    const running = new Map([[cancellationWorkflowId(last), { needsOperator: false }]]);
    const finding = {
      kind: 'stalled',
      subject: `cancellation ${last}`,
      eventId,
      purchaseId,
      ticketType: null,
    } as const;
    const more = { expected: 1, found: 2, cause: 'planted', action: 'planted' };
    const recorded = await recordFindings(database.pool, RUN, [{ ...finding, ...more }]);
    await decideFindings(
      database.pool,
      recorded.map(({ findingId }) => ({ findingId, status: 'handed_over', action: 'planted' })),
    );
    expect(await findStalled(depsWith(running), RUN)).toBe(0);
    expect(await openFindings()).toEqual([`cancellation ${last}`]);

    running.set(cancellationWorkflowId(first), { needsOperator: false });
    expect(await findStalled(depsWith(running), RUN), 'the first requested is looked at').toBe(1);
    running.delete(cancellationWorkflowId(first));
    await findStalled(depsWith(running), RUN);
    expect(await openFindings(), 'closed once it is looked at').toEqual([`cancellation ${last}`]);
  });

  it('is recorded although another one cannot be looked at, whose finding stays', async () => {
    const { ids } = await cancellations(2);
    const workflowIds = ids.map(cancellationWorkflowId);
    const deps = depsWith(new Map(workflowIds.map((id) => [id, { needsOperator: false }])));
    const failingAt = (workflowId: string | undefined): ReconciliationDeps => {
      const stateOf: ReconciliationDeps['workflows']['stateOf'] = async (id) => {
        if (id === workflowId) throw new Error('no answer');
        return deps.workflows.stateOf(id);
      };
      return { ...deps, workflows: { ...deps.workflows, stateOf } };
    };
    await expect(findStalled(failingAt(workflowIds[0]), RUN)).rejects.toThrow('no answer');
    expect(await openFindings()).toEqual([`cancellation ${ids[1]}`]);
    await expect(findStalled(failingAt(workflowIds[1]), RUN)).rejects.toThrow('no answer');
    expect((await openFindings()).toSorted()).toEqual(ids.map((id) => `cancellation ${id}`).toSorted());
  });

  it('is handed over to be tried again: it cannot be undone', async () => {
    const { ids } = await cancellations(1);
    const running = new Map([[cancellationWorkflowId(ids[0] ?? ''), { needsOperator: false }]]);
    expect(await findStalled(depsWith(running), RUN)).toBe(1);
    const { findings } = await listFindings(database.pool, { kind: 'stalled', limit: 10 });
    expect(findings).toMatchObject([
      { action: 'an operator has to decide: `retry` ends this workflow and continues in a new one' },
    ]);
  });

  it('is none that its event’s cancellation tries again, which waits for an operator itself', async () => {
    const { eventId } = await cancellations(2);
    const workflowId = eventCancellationWorkflowId(eventId);
    expect(await findStalled(depsWith(new Map([[workflowId, { needsOperator: true }]])), RUN)).toBe(0);
    expect(await findStalled(depsWith(new Map([[workflowId, { needsOperator: false }]])), RUN)).toBe(2);
  });
});

describe('a stalled cancellation of an event', () => {
  /** Requested an hour ago. */
  const cancelEvent = (eventId: string) =>
    database.pool.query(
      `insert into event_cancellations (event_id, requested_by, reason, request_id, requested_at)
       values ($1, 'olga', 'storm', 'r', now() - interval '1 h')`,
      [eventId],
    );

  /** Of an event with one confirmed purchase. */
  async function eventCancellation(): Promise<string> {
    const { eventId } = await soldEvent(database, [1]);
    await cancelEvent(eventId);
    return eventId;
  }

  it('is found, and shown to operators until it is finished', async () => {
    const eventId = await eventCancellation();
    const workflowId = eventCancellationWorkflowId(eventId);
    expect(await findStalled(depsWith(new Map()), RUN), 'its workflow is closed').toBe(0);
    expect(await findStalled(depsWith(new Map([[workflowId, { needsOperator: true }]])), RUN), 'it says so').toBe(0);
    expect(await findStalled(depsWith(new Map([[workflowId, { needsOperator: false }]])), RUN)).toBe(1);
    expect(await openFindings()).toEqual([`event_cancellation ${eventId}`]);
    expect(await listStalledWork(database.pool, { limit: 10 })).toMatchObject([
      { what: 'event_cancellation', eventId, purchaseId: null, workflowId, runId: 'run' },
    ]);
    await database.pool.query('update event_cancellations set finished_at = now() where event_id = $1', [eventId]);
    expect(await countStalledWork(database.pool)).toBe(0);
    await findStalled(depsWith(new Map([[workflowId, { needsOperator: false }]])), RUN);
    expect(await openFindings()).toEqual([]);
  });

  it('is found, although others have as many cancellations of one purchase as purchases are left', async () => {
    const { eventId, purchaseIds } = await soldEvent(database, [3, 1, 1]);
    const [purchaseId = ''] = purchaseIds;
    const { rows } = await database.pool.query<{ id: string }>('select id from event_tickets where purchase_id = $1', [
      purchaseId,
    ]);
    for (const { id } of rows) {
      await claimCancellation(database.pool, {
        cancellationId: randomUUID(),
        purchaseId,
        eventId,
        tickets: [id],
        userId: 'ann',
        requestedBy: 'olga',
        byOperator: true,
        reason: '',
        requestId: 'r',
        requestedAt: new Date().toISOString(),
      });
    }
    await cancelEvent(eventId);
    const running = new Map([[eventCancellationWorkflowId(eventId), { needsOperator: false }]]);
    await findStalled({ ...depsWith(running), stalledMs: 0 }, RUN);
    expect(await openFindings()).toContain(`event_cancellation ${eventId}`);
  });

  const CANCELLED = `
    with settled as (
      insert into ticket_cancellations (id, purchase_id, event_id, requested_by, by_operator, reason, request_id,
                                        requested_at, status, currency, updated_at, cancelled_at, settled_at)
      select gen_random_uuid(), purchase_id, event_id, 'olga', true, '', 'r', now(), 'cancelled', currency,
             now() - interval '1 h', now() - interval '1 h', now() - interval '1 h'
        from event_tickets where event_id = $1
      returning id)
    update event_tickets set status = 'cancelled', cancellation_id = settled.id from settled where event_id = $1`;

  it.each([
    ['has nothing to cancel itself', CANCELLED],
    ['was requested just now', 'update event_cancellations set requested_at = now() where event_id = $1'],
  ])('is none that %s', async (_, change) => {
    const eventId = await eventCancellation();
    await database.pool.query(change, [eventId]);
    const running = new Map([[eventCancellationWorkflowId(eventId), { needsOperator: false }]]);
    expect(await findStalled(depsWith(running), RUN)).toBe(0);
  });

  it('is none of which a cancellation has changed since', async () => {
    const { eventId } = await cancellations(1);
    const running = new Map([[eventCancellationWorkflowId(eventId), { needsOperator: false }]]);
    await cancelEvent(eventId);
    expect(await findStalled(depsWith(running), RUN), 'that cancellation, and the event').toBe(2);
    await database.pool.query('update ticket_cancellations set reason = reason where event_id = $1', [eventId]);
    expect(await findStalled(depsWith(running), RUN)).toBe(0);
  });
});
