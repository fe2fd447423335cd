import { randomUUID } from 'node:crypto';
import type { PurchaseOrder } from '@box-office/contract';
import { claimPurchases } from '@box-office/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, validSerials, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import type { Backstage } from './reconciliation/backstage.js';
import { openScene, PRICE_MINOR, type Scene } from './reconciliation/scene.js';
import { findings } from './reconciliation/sweeping.js';

let scene: Scene;
let office: Office;
let backstage: Backstage;

beforeAll(async () => {
  const recovery = { RECOVERY_IDLE_MS: '2000', RECOVERY_EVERY_MS: '2000', STALLED_AFTER_MS: '2000' };
  scene = await openScene({ env: { ...recovery, RECONCILIATION_EVERY_MS: '0' } });
  ({ office, backstage } = scene);
});
afterAll(() => scene.close());

/** A purchase that was claimed by a workflow which is open and which nobody works on, once a person was told of it. */
async function standsStill() {
  const { id: eventId } = await office.createEvent({ total: 5, priceMinor: PRICE_MINOR });
  const purchaseId = randomUUID();
  const owner = await backstage.idleWorkflow(purchaseId);
  const order: PurchaseOrder = {
    ...{
      purchaseId,
      eventId,
      fingerprint: 'a test',
      userId: newBuyer(),
      paymentMethod: 'pm_approve',
      requestId: 'test',
    },
    items: [{ ticketType: 'standard', quantity: 1 }],
  };
  await claimPurchases(office.pool, [order], owner);
  await until(async () => {
    const found = await findings(office, { purchaseId });
    expect(found).toMatchObject([{ kind: 'stalled', status: 'handed_over', found: { workflowId: owner.workflowId } }]);
  }, 30_000);
  return { eventId, purchaseId, ...owner };
}

const waiting = async () =>
  ((await office.call('GET', '/api/operations/attention')).body as unknown as { purchases: { workflowId: string }[] })
    .purchases;

const decide = (purchaseId: string, action: string) =>
  office.call('POST', `/api/operations/purchases/${purchaseId}/resolve`, { body: { action, reason: 'a test' } });

const becomes = (purchaseId: string, status: string) =>
  until(async () => {
    const { rows } = await office.pool.query<{ status: string }>(
      'select status from event_ticket_transactions where id = $1',
      [purchaseId],
    );
    expect(rows).toEqual([{ status }]);
  }, 30_000);

const isClosed = (purchaseId: string) =>
  until(async () => {
    const found = await findings(office, { purchaseId });
    expect(found.find(({ kind }) => kind === 'stalled')?.status).toBe('gone');
  }, 30_000);

describe('a purchase that stands still while its workflow is open', () => {
  it('is shown to operators, and goes on in another workflow when one decides to retry', async () => {
    const { eventId, purchaseId, workflowId } = await standsStill();
    expect(await waiting()).toContainEqual(
      expect.objectContaining({ workflowId, purchaseIds: [purchaseId], eventIds: [eventId], step: 'workflow' }),
    );
    expect((await decide(purchaseId, 'skip')).status).toBe(409);
    expect((await decide(purchaseId, 'retry')).status).toBe(200);
    await becomes(purchaseId, 'confirmed');
    expect(await validSerials(office, eventId)).toEqual([1]);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: 0, captures: 1 });
    await isClosed(purchaseId);
    expect((await waiting()).map((one) => one.workflowId)).not.toContain(workflowId);
  }, 120_000);

  it('is undone when an operator decides to compensate', async () => {
    const { eventId, purchaseId } = await standsStill();
    expect((await decide(purchaseId, 'compensate')).status).toBe(200);
    await becomes(purchaseId, 'undone');
    expect(await validSerials(office, eventId)).toEqual([]);
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 0, captures: 0 });
    await scene.expectAgreement(eventId);
    await isClosed(purchaseId);
  }, 120_000);
});
