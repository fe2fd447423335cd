import { randomUUID } from 'node:crypto';
import {
  detachedPurchaseWorkflowId,
  cancellationWorkflowId,
  eventCancellationWorkflowId,
  holdWorkflowId,
} from '@box-office/contract';
import { cancellationIdOf, holdIdOf } from '@box-office/contract/derive';
import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { startBatch } from './purchase-batch.js';
import type { StoreAccess } from './reconciliation/store-access.js';
import { openReconciliationFixture, type ReconciliationFixture } from './reconciliation/reconciliation-fixture.js';

const PRICE_MINOR = 2_500;
const CONCURRENCY = 6;
let fixture: ReconciliationFixture;
let system: TestSystem;
let stores: StoreAccess;

beforeAll(async () => {
  // Without reconciliation: each workflow has to end by itself.
  const env = { PURCHASE_WAIT_MS: '500', PAYMENT_SOFT_DEADLINE_MS: '300', RECONCILIATION_EVERY_MS: '0' };
  fixture = await openReconciliationFixture({ env });
  ({ system, stores } = fixture);
});
afterAll(() => fixture.close());

const newEvent = async (): Promise<string> => (await system.createEvent({ total: 1_000, priceMinor: PRICE_MINOR })).id;

/** A started workflow, and the assertions for when it has ended. */
interface StartedWorkflow {
  readonly handle: WorkflowHandle;
  readonly check: () => Promise<void>;
}

/**
 * Runs a workflow once to learn the length of its history, and then once for each event of that history. Each of these
 * runs gets a cancellation request as soon as its history has that event.
 */
async function requestAtEachEvent(start: () => Promise<StartedWorkflow>): Promise<void> {
  const first = await start();
  await first.handle.result();
  await first.check();
  const events = await lengthOf(first.handle);
  const positions = Array.from({ length: events }, (_, i) => i + 1).values();
  const worker = async (): Promise<void> => {
    for (const position of positions) {
      const { handle, check } = await start();
      await requestAt(handle, position);
      try {
        await until(async () => expect((await handle.describe()).status.name).toBe('COMPLETED'), 30_000);
        await check();
      } catch (error) {
        throw new Error(`requested at event ${position} of ${handle.workflowId}`, { cause: error });
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

async function lengthOf(handle: WorkflowHandle): Promise<number> {
  return (await handle.describe()).historyLength;
}

/** Follows the history by long polls. Does nothing if the run ends with fewer events than the first run had. */
async function requestAt(handle: WorkflowHandle, position: number): Promise<void> {
  const { workflowService, options } = handle.client;
  const history = { namespace: options.namespace, execution: { workflowId: handle.workflowId }, waitNewEvent: true };
  let events = 0;
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    // The workflow that starts this one may not have started it yet.
    const page = await until(() => workflowService.getWorkflowExecutionHistory({ ...history, nextPageToken }));
    events += page.history?.events?.length ?? 0;
    nextPageToken = page.nextPageToken;
  } while (events < position && nextPageToken.length > 0);
  await handle.cancel().catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}

/** Each purchase is confirmed and paid once, or has an outcome without tickets and keeps no money. */
async function expectDecided(purchaseIds: readonly string[]): Promise<void> {
  const { rows } = await system.pool.query<{ id: string; status: string; tickets: number }>(
    `select t.id, t.status,
            (select count(*)::int from event_tickets k where k.purchase_id = t.id and k.status in ('valid', 'pending')) as tickets
       from event_ticket_transactions t where t.id = any($1::uuid[])`,
    [purchaseIds],
  );
  expect(rows.map(({ id }) => id).sort()).toEqual([...purchaseIds].sort());
  for (const { id, status, tickets } of rows) {
    const paid = await paymentsOf(id);
    if (status === 'confirmed') {
      expect([tickets, paid]).toEqual([1, { captured: PRICE_MINOR, refunded: 0, captures: 1 }]);
      continue;
    }
    expect(['declined', 'refused', 'undone', 'cancelled']).toContain(status);
    expect([tickets, paid.captured - paid.refunded]).toEqual([0, 0]);
    expect((await stores.authorisationsOf(id)).map(({ state }) => state)).not.toContain('authorised');
  }
}

const waitUntilCompleted = (workflowId: string) =>
  until(async () => {
    const { status } = await stores.temporal.workflow.getHandle(workflowId).describe();
    expect(status.name).toBe('COMPLETED');
  }, 30_000);

/** Checks the purchases of a batch. The workflows of detached purchases must end as well. */
async function expectBatchDecided(purchaseIds: readonly string[], handle: WorkflowHandle): Promise<void> {
  const { elsewhere } = (await handle.result()) as { elsewhere: readonly string[] };
  for (const purchaseId of elsewhere) await waitUntilCompleted(detachedPurchaseWorkflowId(purchaseId));
  await expectDecided(purchaseIds);
}

describe('a cancellation request to a workflow, at any event of its history, leaves every purchase decided', () => {
  const SLOW_BATCH = [
    'pm_approve',
    'pm_slow_900',
    'pm_approve',
    'pm_slow_900',
    'pm_slow_900',
    'pm_decline_no',
    'pm_approve',
    'pm_slow_900',
  ];
  it.each([
    ['of a single purchase', ['pm_approve'], true],
    ['of a single purchase without the fast path', ['pm_approve'], false],
    ['of a single purchase with a slow provider', ['pm_slow_900'], true],
    ['of a single purchase whose capture is refused', ['pm_capture_refused'], true],
    ['of a batch with a slow provider, also between the starts of two workflows', SLOW_BATCH, true],
  ] as const)(
    '%s',
    async (_, methods, fastPath) => {
      const eventId = await newEvent();
      await requestAtEachEvent(async () => {
        const batch = await startBatch(stores.temporal, `test/${randomUUID()}`, eventId, methods, { fastPath });
        return { handle: batch.handle, check: () => expectBatchDecided(batch.purchaseIds, batch.handle) };
      });
      await fixture.expectAgreement(eventId);
    },
    240_000,
  );

  it('of a detached purchase', async () => {
    const eventId = await newEvent();
    await requestAtEachEvent(async () => {
      const methods = ['pm_approve', 'pm_slow_900'];
      const batch = await startBatch(stores.temporal, `test/${randomUUID()}`, eventId, methods);
      const handle = stores.temporal.workflow.getHandle(detachedPurchaseWorkflowId(batch.purchaseIds[1] ?? ''));
      await until(() => handle.describe());
      return { handle, check: () => expectBatchDecided(batch.purchaseIds, batch.handle) };
    });
    await fixture.expectAgreement(eventId);
  });
});

describe.concurrent('a cancellation request to a workflow, at any event of its history, does not stop its work', () => {
  it('of a cancellation: the money is refunded and the tickets are cancelled', async () => {
    const eventId = await newEvent();
    await requestAtEachEvent(async () => {
      const purchaseId = await bought(eventId);
      const requested = system.call('POST', `/api/purchases/${purchaseId}/cancel`, { body: { reason: 'ill' } });
      const handle = stores.temporal.workflow.getHandle(cancellationWorkflowId(cancellationIdOf(purchaseId, null)));
      await until(() => handle.describe());
      return {
        handle,
        check: async () => {
          await requested;
          await expectCancelled(purchaseId);
        },
      };
    });
    await fixture.expectAgreement(eventId);
  });

  it('of the cancellation of an event: all its purchases are refunded', async () => {
    await requestAtEachEvent(async () => {
      const eventId = await newEvent();
      const purchaseIds = [await bought(eventId), await bought(eventId)];
      await system.call('POST', `/api/events/${eventId}/cancel`, { body: { reason: 'rain' } });
      const handle = stores.temporal.workflow.getHandle(eventCancellationWorkflowId(eventId));
      return {
        handle,
        check: async () => {
          for (const id of purchaseIds) await expectCancelled(id);
        },
      };
    });
  });

  it('of a hold: its tickets are given back', async () => {
    const eventId = await newEvent();
    await requestAtEachEvent(async () => {
      const [as, key] = [newBuyer(), randomUUID()];
      const requested = system.call('POST', '/api/tickets/holds', {
        as,
        role: 'buyer',
        headers: { 'idempotency-key': key },
        body: { eventId, quantity: 2, seconds: 2 },
      });
      const holdId = holdIdOf('POST /api/tickets/holds', as, key);
      const handle = stores.temporal.workflow.getHandle(holdWorkflowId(holdId));
      await until(() => handle.describe());
      return {
        handle,
        check: async () => {
          expect([201, 202, 503]).toContain((await requested).status);
          const { rows } = await system.pool.query<{ status: string }>(
            'select status from ticket_holds where id = $1',
            [holdId],
          );
          expect(['released', 'expired']).toContain(rows[0]?.status);
        },
      };
    });
    await fixture.expectAgreement(eventId);
  });
});

async function bought(eventId: string): Promise<string> {
  const { handle, purchaseIds } = await startBatch(stores.temporal, `test/${randomUUID()}`, eventId, [
    'pm_slow_refund_200',
  ]);
  await handle.result();
  const [purchaseId] = purchaseIds;
  if (purchaseId === undefined) throw new Error('nothing was bought');
  return purchaseId;
}

async function expectCancelled(purchaseId: string): Promise<void> {
  await until(async () => {
    const { rows } = await system.pool.query<{ status: string }>(
      'select status from event_ticket_transactions where id = $1',
      [purchaseId],
    );
    expect(rows).toEqual([{ status: 'cancelled' }]);
  });
  expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: PRICE_MINOR, captures: 1 });
}
