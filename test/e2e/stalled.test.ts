import { randomUUID } from 'node:crypto';
import type { PurchaseOrder, ResolveAction } from '@box-office/contract';
import { claimPurchases } from '@box-office/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import type { StoreAccess } from './reconciliation/store-access.js';
import {
  openReconciliationFixture,
  PRICE_MINOR,
  type ReconciliationFixture,
} from './reconciliation/reconciliation-fixture.js';
import { findings } from './reconciliation/reconciliation-runs.js';

let fixture: ReconciliationFixture;
let system: TestSystem;
let stores: StoreAccess;

beforeAll(async () => {
  const recovery = { RECOVERY_IDLE_MS: '2000', RECOVERY_EVERY_MS: '2000', STALLED_AFTER_MS: '2000' };
  fixture = await openReconciliationFixture({ env: { ...recovery, RECONCILIATION_EVERY_MS: '0' } });
  ({ system, stores } = fixture);
});
afterAll(() => fixture.close());

/** Claims a purchase for an open workflow that no worker runs, and waits until it is reported to operators. */
async function stalledPurchase() {
  const { id: eventId } = await system.createEvent({ total: 5, priceMinor: PRICE_MINOR });
  const purchaseId = randomUUID();
  const owner = await stores.startIdleWorkflow(purchaseId);
  const order: PurchaseOrder = {
    purchaseId,
    eventId,
    fingerprint: 'a test',
    userId: newBuyer(),
    paymentMethod: 'pm_approve',
    requestId: 'test',
    items: [{ ticketType: 'standard', quantity: 1 }],
  };
  await claimPurchases(system.pool, [order], owner);
  await until(async () => {
    const found = await findings(system, { purchaseId });
    expect(found).toMatchObject([{ kind: 'stalled', status: 'handed_over', found: { workflowId: owner.workflowId } }]);
  }, 30_000);
  return { eventId, purchaseId, ...owner };
}

const listedForOperators = async () => (await system.operator.GET('/api/operations/attention')).data?.purchases ?? [];

const decide = (purchaseId: string, action: ResolveAction) =>
  system.operator.POST('/api/operations/purchases/{id}/resolve', {
    params: { path: { id: purchaseId } },
    body: { action, reason: 'a test' },
  });

const expectStatus = (purchaseId: string, status: string) =>
  until(async () => {
    const { rows } = await system.pool.query<{ status: string }>(
      'select status from event_ticket_transactions where id = $1',
      [purchaseId],
    );
    expect(rows).toEqual([{ status }]);
  }, 30_000);

const expectFindingClosed = (purchaseId: string) =>
  until(async () => {
    const found = await findings(system, { purchaseId });
    expect(found.find(({ kind }) => kind === 'stalled')?.status).toBe('gone');
  }, 30_000);

describe.concurrent('a stalled purchase whose workflow is open', () => {
  it('is shown to operators, and continues in another workflow when one decides to retry', async () => {
    const { eventId, purchaseId, workflowId } = await stalledPurchase();
    expect(await listedForOperators()).toContainEqual(
      expect.objectContaining({ workflowId, purchaseIds: [purchaseId], eventIds: [eventId], step: 'workflow' }),
    );
    expect((await decide(purchaseId, 'skip')).response.status).toBe(409);
    expect((await decide(purchaseId, 'retry')).response.status).toBe(200);
    await expectStatus(purchaseId, 'confirmed');
    expect(await validSerials(system, eventId)).toEqual([1]);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: 0, captures: 1 });
    await expectFindingClosed(purchaseId);
    expect((await listedForOperators()).map((one) => one.workflowId)).not.toContain(workflowId);
  });

  it('is undone when an operator decides to compensate', async () => {
    const { eventId, purchaseId } = await stalledPurchase();
    expect((await decide(purchaseId, 'compensate')).response.status).toBe(200);
    await expectStatus(purchaseId, 'undone');
    expect(await validSerials(system, eventId)).toEqual([]);
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 0, captures: 0 });
    await fixture.expectAgreement(eventId);
    await expectFindingClosed(purchaseId);
  });
});
