import { randomUUID } from 'node:crypto';
import {
  alonePurchaseWorkflowId,
  cancellationWorkflowId,
  eventCancellationWorkflowId,
  holdWorkflowId,
} from '@box-office/contract';
import { cancellationIdOf, purchaseIdOf } from '@box-office/contract/derive';
import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import { startList } from './purchase-list.js';
import type { Backstage } from './reconciliation/backstage.js';
import { openScene, type Scene } from './reconciliation/scene.js';

const PRICE_MINOR = 2_500;
const AT_ONCE = 6;
let scene: Scene;
let office: Office;
let backstage: Backstage;

beforeAll(async () => {
  // Nothing is recovered here: each workflow has to end by itself.
  const env = { PURCHASE_WAIT_MS: '500', PAYMENT_SOFT_DEADLINE_MS: '300', RECONCILIATION_EVERY_MS: '0' };
  scene = await openScene({ env });
  ({ office, backstage } = scene);
});
afterAll(() => scene.close());

const newEvent = async (): Promise<string> => (await office.createEvent({ total: 1_000, priceMinor: PRICE_MINOR })).id;

/** A workflow that was started, and what has to be true when it has ended. */
interface Started {
  readonly handle: WorkflowHandle;
  readonly check: () => Promise<void>;
}

/**
 * Runs it once to learn how long its history gets, and then once for each event of that history, with a cancellation
 * requested as soon as the event is there.
 */
async function requestedAtEachEvent(start: () => Promise<Started>): Promise<void> {
  const first = await start();
  await first.handle.result();
  await first.check();
  const events = await lengthOf(first.handle);
  const positions = Array.from({ length: events }, (_, place) => place + 1).values();
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
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function lengthOf(handle: WorkflowHandle): Promise<number> {
  return (await handle.describe()).historyLength;
}

/** Of a run that has fewer events this time, at its end: then there is nothing to cancel. */
async function requestAt(handle: WorkflowHandle, position: number): Promise<void> {
  for (;;) {
    try {
      const { status, historyLength } = await handle.describe();
      if (status.name !== 'RUNNING') return;
      if (historyLength >= position) break;
    } catch (error) {
      // A workflow that another one starts is not there yet.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  await handle.cancel().catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}

/** Each purchase is confirmed and paid once, or has an outcome without tickets and keeps no money. */
async function expectDecided(purchaseIds: readonly string[]): Promise<void> {
  const { rows } = await office.pool.query<{ id: string; status: string; tickets: number }>(
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
    const book = (await backstage.payments.books?.({ purchaseIds: [id] }))?.purchases[0];
    expect(book?.authorisations.map(({ state }) => state) ?? []).not.toContain('authorised');
  }
}

const overOf = (workflowId: string) =>
  until(async () => {
    const { status } = await backstage.temporal.workflow.getHandle(workflowId).describe();
    expect(status.name).toBe('COMPLETED');
  }, 30_000);

/** Of a list: those that left it have to end as well. */
async function listIsDecided(purchaseIds: readonly string[], handle: WorkflowHandle): Promise<void> {
  const { elsewhere } = (await handle.result()) as { elsewhere: readonly string[] };
  for (const purchaseId of elsewhere) await overOf(alonePurchaseWorkflowId(purchaseId));
  await expectDecided(purchaseIds);
}

describe('a cancellation request to a workflow, at whatever moment, leaves every purchase decided', () => {
  const SLOW_GROUP = [
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
    ['of a lone purchase', ['pm_approve'], true],
    ['of a lone purchase that is taken step by step', ['pm_approve'], false],
    ['of a lone purchase with a slow provider', ['pm_slow_900'], true],
    ['of a lone purchase whose capture is refused', ['pm_capture_refused'], true],
    ['of a batch with a slow provider, also between the starts of two workflows', SLOW_GROUP, true],
  ] as const)(
    '%s',
    async (_, methods, straightThrough) => {
      const eventId = await newEvent();
      await requestedAtEachEvent(async () => {
        const list = await startList(backstage.temporal, `test/${randomUUID()}`, eventId, methods, { straightThrough });
        return { handle: list.handle, check: () => listIsDecided(list.purchaseIds, list.handle) };
      });
      await scene.expectAgreement(eventId);
    },
    240_000,
  );

  it('of a purchase that left its batch', async () => {
    const eventId = await newEvent();
    await requestedAtEachEvent(async () => {
      const methods = ['pm_approve', 'pm_slow_900'];
      const list = await startList(backstage.temporal, `test/${randomUUID()}`, eventId, methods);
      const handle = backstage.temporal.workflow.getHandle(alonePurchaseWorkflowId(list.purchaseIds[1] ?? ''));
      await until(() => handle.describe());
      return { handle, check: () => listIsDecided(list.purchaseIds, list.handle) };
    });
    await scene.expectAgreement(eventId);
  }, 120_000);
});

describe('a cancellation request to a workflow, at whatever moment, lets it be carried to its end', () => {
  it('of a cancellation: the money goes back and the tickets are cancelled', async () => {
    const eventId = await newEvent();
    await requestedAtEachEvent(async () => {
      const purchaseId = await bought(eventId);
      const asked = office.call('POST', `/api/purchases/${purchaseId}/cancel`, { body: { reason: 'ill' } });
      const handle = backstage.temporal.workflow.getHandle(cancellationWorkflowId(cancellationIdOf(purchaseId, null)));
      await until(() => handle.describe());
      return {
        handle,
        check: async () => {
          await asked;
          await expectCancelled(purchaseId);
        },
      };
    });
    await scene.expectAgreement(eventId);
  }, 120_000);

  it('of the cancellation of an event: all of it is refunded', async () => {
    await requestedAtEachEvent(async () => {
      const eventId = await newEvent();
      const purchaseIds = [await bought(eventId), await bought(eventId)];
      await office.call('POST', `/api/events/${eventId}/cancel`, { body: { reason: 'rain' } });
      const handle = backstage.temporal.workflow.getHandle(eventCancellationWorkflowId(eventId));
      return {
        handle,
        check: async () => {
          for (const id of purchaseIds) await expectCancelled(id);
        },
      };
    });
  }, 120_000);

  it('of a hold: its tickets are given back', async () => {
    const eventId = await newEvent();
    await requestedAtEachEvent(async () => {
      const [as, key] = [newBuyer(), randomUUID()];
      const taking = office.call('POST', '/api/tickets/holds', {
        ...{ as, role: 'buyer', headers: { 'idempotency-key': key } },
        body: { eventId, quantity: 2, seconds: 2 },
      });
      const holdId = purchaseIdOf('POST /api/tickets/holds', as, key);
      const handle = backstage.temporal.workflow.getHandle(holdWorkflowId(holdId));
      await until(() => handle.describe());
      return {
        handle,
        check: async () => {
          expect([201, 202, 503]).toContain((await taking).status);
          const { rows } = await office.pool.query<{ status: string }>(
            'select status from ticket_holds where id = $1',
            [holdId],
          );
          expect(['released', 'expired']).toContain(rows[0]?.status);
        },
      };
    });
    await scene.expectAgreement(eventId);
  }, 120_000);
});

async function bought(eventId: string): Promise<string> {
  const { handle, purchaseIds } = await startList(backstage.temporal, `test/${randomUUID()}`, eventId, [
    'pm_slow_refund_200',
  ]);
  await handle.result();
  const [purchaseId] = purchaseIds;
  if (purchaseId === undefined) throw new Error('nothing was bought');
  return purchaseId;
}

async function expectCancelled(purchaseId: string): Promise<void> {
  await until(async () => {
    const { rows } = await office.pool.query<{ status: string }>(
      'select status from event_ticket_transactions where id = $1',
      [purchaseId],
    );
    expect(rows).toEqual([{ status: 'cancelled' }]);
  });
  expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: PRICE_MINOR, captures: 1 });
}
