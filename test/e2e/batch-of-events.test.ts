import { randomUUID } from 'node:crypto';
import {
  batchWorkflowId,
  PURCHASE_WORKFLOW,
  type PurchaseOrder,
  type PurchaseWorkflowResult,
} from '@box-office/contract';
import { blockRebuild, lockInventory } from '@box-office/database/testing';
import { repositoryRoot } from '@box-office/infra';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { replayWorkflows } from '../support/replay-workflows.js';
import { paymentsOf, startTestSystem, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { startBatch } from './purchase-batch.js';
import { openStoreAccess, type StoreAccess } from './reconciliation/store-access.js';

let system: TestSystem;
let stores: StoreAccess;

beforeAll(async () => {
  system = await startTestSystem();
  stores = await openStoreAccess(system);
});
afterAll(async () => {
  await stores.close();
  await system.close();
});

/** Redis has lost the inventory of the event, and the process that rebuilds it never ends. */
async function loseInventory(eventId: string): Promise<() => Promise<void>> {
  const release = await blockRebuild(stores.owner, eventId);
  await system.redis.del(`event:${eventId}`, ...(await system.redis.keys(`{event:${eventId}}:*`)));
  return release;
}

async function outcomesOf(purchaseIds: readonly string[]): Promise<(string | null)[]> {
  const { rows } = await system.pool.query<{ id: string; kind: string | null }>(
    `select id, outcome ->> 'kind' as kind from event_ticket_transactions where id = any($1::uuid[])`,
    [purchaseIds],
  );
  const kinds = new Map(rows.map(({ id, kind }) => [id, kind]));
  return purchaseIds.map((purchaseId) => kinds.get(purchaseId) ?? null);
}

/** How many of these sales are settled in Redis and in the ledger. */
async function settledSales(
  eventId: string,
  purchaseIds: readonly string[],
): Promise<{ redis: number; ledger: number }> {
  const snapshot = await stores.inventory.snapshot(eventId);
  const { rowCount } = await system.pool.query('select from capacity_ledger where purchase_id = any($1::uuid[])', [
    purchaseIds,
  ]);
  const sold = snapshot?.sales.filter(({ purchaseId }) => purchaseIds.includes(purchaseId)) ?? [];
  return { redis: sold.length, ledger: rowCount ?? 0 };
}

it.each([
  ['is lost in Redis while it cannot be rebuilt', 'on the fast path', loseInventory],
  ['is lost in Redis while it cannot be rebuilt', 'step by step', loseInventory],
  ['is locked in PostgreSQL', 'on the fast path', (eventId: string) => lockInventory(stores.owner, eventId)],
  ['is locked in PostgreSQL', 'step by step', (eventId: string) => lockInventory(stores.owner, eventId)],
])('an event whose inventory %s delays its own purchases alone, %s', async (_, path, begin) => {
  const [unusable, usable] = [await system.createEvent({ total: 2 }), await system.createEvent({ total: 10 })];
  const end = await begin(unusable.id);
  const eventIds = [unusable, usable, unusable, usable, unusable].map(({ id }) => id);
  const methods = ['pm_approve', 'pm_approve', 'pm_approve', 'pm_decline', 'pm_approve'];
  const changes = eventIds.map((eventId) => ({ eventId }));
  const batch = await startBatch(stores.temporal, batchWorkflowId(randomUUID()), usable.id, methods, {
    fastPath: path === 'on the fast path',
    changes,
  });
  const idsOf = (eventId: string): string[] => batch.purchaseIds.filter((_, i) => eventIds[i] === eventId);
  const [first, second] = [idsOf(unusable.id), idsOf(usable.id)];
  try {
    await until(async () => expect(await outcomesOf(second)).toEqual(['confirmed', 'declined']));
    await until(async () => expect(await settledSales(usable.id, second)).toEqual({ redis: 1, ledger: 1 }));
    expect(await outcomesOf(first)).not.toContain('confirmed');
  } finally {
    await end();
  }

  const { outcomes, elsewhere } = (await batch.handle.result()) as PurchaseWorkflowResult;
  expect(elsewhere).toEqual([]);
  expect(Object.fromEntries(Object.entries(outcomes).map(([kind, ids]) => [kind, ids.length]))).toEqual({
    confirmed: 3,
    declined: 1,
    refused: 1,
  });
  expect(await validSerials(system, unusable.id)).toEqual([1, 2]);
  expect(await validSerials(system, usable.id)).toHaveLength(1);
  for (const purchaseId of batch.purchaseIds) {
    const isSold = outcomes.confirmed?.includes(purchaseId) === true;
    const charged = isSold ? { captured: 2_500, refunded: 0, captures: 1 } : { captured: 0, refunded: 0, captures: 0 };
    expect(await paymentsOf(purchaseId)).toEqual(charged);
  }
  expect((await stores.inventory.snapshot(unusable.id))?.ticketTypes).toMatchObject([{ held: 0, sold: 2 }]);
  expect((await stores.inventory.snapshot(usable.id))?.ticketTypes).toMatchObject([{ held: 0, sold: 1 }]);
});

it('whose events go different ways side by side can be continued by another worker', async () => {
  const ways = ['pm_approve', 'pm_card_authenticationRequired', 'pm_capture_refused', 'pm_decline', 'pm_slow_900'];
  const changes: Partial<PurchaseOrder>[] = [];
  for (const _ of ways) {
    const { id: eventId } = await system.createEvent({ total: 2 });
    changes.push({ eventId, returnUrl: 'https://shop.example/return' });
  }
  const workflowId = batchWorkflowId(randomUUID());
  const batch = await startBatch(stores.temporal, workflowId, '', ways, { fastPath: false, changes });
  await batch.handle.result();

  const { temporalAddress: address, temporalNamespace: namespace } = inject('stack');
  const replays = await replayWorkflows({
    address,
    namespace,
    codeDir: repositoryRoot(),
    only: `WorkflowId = "${workflowId}"`,
  });
  expect(replays).toEqual({ counts: new Map([[PURCHASE_WORKFLOW, 1]]), failures: [] });
});
