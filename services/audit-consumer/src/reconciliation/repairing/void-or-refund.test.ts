import { randomUUID } from 'node:crypto';
import { beginUndoing, claimPurchases, concludeUndoing, recordFindings } from '@box-office/database';
import { openTestDatabase, type TestDatabase } from '@box-office/database/testing';
import { paymentKey, type RefundResult } from '@box-office/payments';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ReconciliationDeps } from '../deps.js';
import { repairFinding } from './repair.js';
import { voidOrRefund } from './void-or-refund.js';

const PRICE_MINOR = 2_500;
const CAPTURED_MINOR = 2 * PRICE_MINOR;

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase(inject('stack'), 2);
});
afterAll(() => database.close());

/** A purchase that was undone after its capture. */
async function undonePurchase(): Promise<string> {
  const eventId = await database.createEvent();
  const order = {
    purchaseId: randomUUID(),
    fingerprint: 'f',
    userId: randomUUID(),
    eventId,
    requestId: 'r',
    items: [{ ticketType: 'standard', quantity: 2 }],
    paymentMethod: 'pm_approve',
  };
  const [claim] = await claimPurchases(database.pool, [order], { workflowId: 'purchase', runId: 'run' });
  if (claim?.kind !== 'mine') throw new Error(claim?.kind);
  const outcome = { kind: 'undone', reason: 'operator' } as const;
  await beginUndoing(database.pool, { ...claim, outcome, authorisationId: null });
  await concludeUndoing(database.pool, claim);
  return order.purchaseId;
}

const repairOf = (purchaseId: string, authorisationId: string) => ({
  ...({ kind: 'void_or_refund', purchaseId, authorisationId } as const),
  authorisationKey: paymentKey(purchaseId, 1, 'authorise'),
  keptMinor: 0,
  isWhole: false,
});

/** A provider with one captured authorisation, whose refunds can fail after they were accepted. */
function providerOf(purchaseId: string) {
  const authorisationId = `pi_${purchaseId}`;
  const refunds: { readonly key: string; readonly amountMinor: number; failed: boolean }[] = [];
  const refundedMinor = () => refunds.reduce((sum, one) => sum + (one.failed ? 0 : one.amountMinor), 0);
  const authorisation = () => ({
    key: paymentKey(purchaseId, 1, 'authorise'),
    authorisationId,
    state: 'captured',
    currency: 'EUR',
    amountMinor: CAPTURED_MINOR,
    capturedMinor: CAPTURED_MINOR,
    refundedMinor: refundedMinor(),
  });
  async function refund({ key, amountMinor }: { key: string; amountMinor: number }): Promise<RefundResult> {
    const known = refunds.findIndex((one) => one.key === key);
    if (refunds[known]?.failed) return { kind: 'refused', reason: 'failed' };
    if (known === -1) refunds.push({ key, amountMinor, failed: false });
    return { kind: 'refunded', refundId: `r${known === -1 ? refunds.length : known + 1}` };
  }
  const payments = {
    refund,
    readPurchases: async () => [{ purchaseId, authorisations: [authorisation()] }],
    readReturned: async () => ({ failedKeys: refunds.filter(({ failed }) => failed).map(({ key }) => key) }),
  };
  const deps = { pool: database.pool, payments, returnedPayments: 'report' } as unknown as ReconciliationDeps;
  return {
    refund,
    refundedMinor,
    fail: (refundId: string) => {
      const found = refunds[Number(refundId.slice(1)) - 1];
      if (found) found.failed = true;
    },
    /** What the repair of a finding answers. */
    repair: (findingId: string) => voidOrRefund(deps, repairOf(purchaseId, authorisationId), findingId),
    /** The same as a step of a run, which records the result. */
    repairFinding: async (findingId: string) =>
      repairFinding(deps, {
        findingId,
        kind: 'charge_without_ticket',
        eventId: null,
        subject: purchaseId,
        repair: repairOf(purchaseId, authorisationId),
      }),
  };
}

describe('money that is kept because a refund failed', () => {
  it('is refunded once per finding, also if the same amount was refunded for an earlier one', async () => {
    const purchaseId = await undonePurchase();
    const { refund, fail, repair, refundedMinor } = providerOf(purchaseId);
    for (const id of ['a', 'b']) {
      await refund({ key: paymentKey(purchaseId, 1, 'refund', id), amountMinor: PRICE_MINOR });
    }
    fail('r1');
    expect(await repair(randomUUID())).toMatchObject({
      status: 'repaired',
      action: '2500 (minor units) were refunded as r3',
    });
    fail('r2');
    expect(await repair(randomUUID())).toMatchObject({
      status: 'repaired',
      action: '2500 (minor units) were refunded as r4',
    });
    expect(refundedMinor()).toBe(CAPTURED_MINOR);
    expect(await repair(randomUUID())).toMatchObject({ status: 'gone' });

    fail('r4');
    expect(await repair(randomUUID())).toMatchObject({ status: 'handed_over' });
    expect(refundedMinor()).toBe(CAPTURED_MINOR - PRICE_MINOR);
  });

  it('is refunded once more after the refund of an undone purchase, then handed over to an operator', async () => {
    const purchaseId = await undonePurchase();
    const { refund, fail, repair, refundedMinor } = providerOf(purchaseId);
    await refund({ key: paymentKey(purchaseId, 1, 'refund'), amountMinor: CAPTURED_MINOR });
    fail('r1');
    expect(await repair(randomUUID())).toMatchObject({
      status: 'repaired',
      action: '5000 (minor units) were refunded as r2',
    });
    expect(refundedMinor()).toBe(CAPTURED_MINOR);
    fail('r2');
    expect(await repair(randomUUID())).toMatchObject({ status: 'handed_over' });
    expect(refundedMinor()).toBe(0);
  });
});

describe('a refund whose result was lost before it was recorded', () => {
  it('is recorded as a repair by the next attempt, with a line in the audit log', async () => {
    const { pool } = database;
    const purchaseId = await undonePurchase();
    const { repair, repairFinding, refundedMinor } = providerOf(purchaseId);
    const finding = { subject: purchaseId, eventId: null, ticketType: null, purchaseId, expected: 0, found: 1 };
    const run = { reconciliationId: randomUUID(), requestedBy: 'schedule' };
    const about = { kind: 'charge_without_ticket', cause: 'planted', action: 'refund the money' } as const;
    const [recorded] = await recordFindings(pool, run, [{ ...finding, ...about }]);
    const findingId = recorded?.findingId ?? '';
    expect(await repair(findingId)).toMatchObject({ status: 'repaired' });
    const action = 'an earlier attempt began this, and the discrepancy is gone: refund the money';
    expect(await repairFinding(findingId)).toEqual({ status: 'repaired', action });
    expect(refundedMinor()).toBe(CAPTURED_MINOR);
    const { rows } = await pool.query(
      `select state_after ->> 'action' as action from audit_logs where details ->> 'findingId' = $1`,
      [findingId],
    );
    expect(rows).toEqual([{ action }]);
  });
});
