import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, type TestSystem } from '../../support/test-system.js';
import { until } from '../../support/until.js';
import { openReconciliationFixture, type ReconciliationFixture } from './reconciliation-fixture.js';
import { findings, lastingFindings, reconcile, summariesOf } from './reconciliation-runs.js';

let fixture: ReconciliationFixture;
let system: TestSystem;

beforeAll(async () => {
  fixture = await openReconciliationFixture();
  ({ system } = fixture);
});
afterAll(() => fixture.close());

const PRICE_MINOR = 4_500;
const FEE_MINOR = 150;
const PURCHASE_FEE_MINOR = 199;
const PAID_MINOR = 2 * (PRICE_MINOR + FEE_MINOR) + PURCHASE_FEE_MINOR;
const RULES = { keepsFees: true, withheldPpm: 100_000 };

async function bought(refundRules: object | null = RULES) {
  const fee = { priceMinor: FEE_MINOR, taxRatePpm: 190_000 };
  const ticketTypes = [{ name: 'Stalls', priceMinor: PRICE_MINOR, taxRatePpm: 70_000, fee, total: 10 }];
  const { id: eventId } = await system.createEvent({ ticketTypes });
  const body = { purchaseFee: { priceMinor: PURCHASE_FEE_MINOR }, refundRules };
  expect((await system.call('PATCH', `/api/events/${eventId}`, { body })).status).toBe(200);
  const as = newBuyer();
  const answer = await system.buy({ eventId, quantity: 2, expectedAmountMinor: PAID_MINOR }, { as });
  expect(answer).toMatchObject({ status: 201, body: { amountMinor: PAID_MINOR } });
  const { purchaseId, tickets } = answer.body;
  const cancel = (cancelBody: object = {}, role: 'buyer' | 'operator' = 'buyer') =>
    system.call('POST', `/api/purchases/${purchaseId}/cancel`, {
      as: role === 'buyer' ? as : 'op',
      role,
      body: cancelBody,
    });
  return { eventId, as, purchaseId, ids: tickets.map(({ ticketId }) => ticketId), cancel };
}

/** Reconciliation looks at the event, its payments included, and finds nothing. */
async function expectNothingFound(eventId: string): Promise<void> {
  await reconcile(fixture.system, eventId);
  expect(summariesOf(await findings(fixture.system, { eventId }))).toEqual([]);
}

const receiptsSum = async (purchaseId: string, as: string, count: number): Promise<number> =>
  until(async () => {
    const { body } = await system.call('GET', `/api/purchases/${purchaseId}/receipts`, { as, role: 'buyer' });
    const { receipts } = body as unknown as { receipts: { grossMinor: number }[] };
    expect(receipts).toHaveLength(count);
    return receipts.reduce((sum, { grossMinor }) => sum + grossMinor, 0);
  });

describe('a purchase with fees', () => {
  it('that its buyer cancels part by part keeps fees and a share of the price, which every store counts', async () => {
    const { eventId, as, purchaseId, ids, cancel } = await bought();
    const refund = PRICE_MINOR - 450;
    const part = await cancel({ tickets: [ids[0]], expectedRefundMinor: refund });
    expect(part).toMatchObject({ status: 200, body: { refundedMinor: refund, purchaseStatus: 'confirmed' } });
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: PAID_MINOR, refunded: refund });
    expect(await receiptsSum(purchaseId, as, 2)).toBe(PAID_MINOR - refund);
    await expectNothingFound(eventId);

    expect(await cancel()).toMatchObject({
      status: 200,
      body: { refundedMinor: refund, purchaseStatus: 'cancelled' },
    });
    expect(await paymentsOf(purchaseId)).toMatchObject({ captured: PAID_MINOR, refunded: 2 * refund });
    expect(await receiptsSum(purchaseId, as, 3)).toBe(PAID_MINOR - 2 * refund);
    await expectNothingFound(eventId);
    const { body } = await system.call('GET', `/api/events/${eventId}/statistics`);
    expect(body).toMatchObject({
      statistics: [
        {
          amountMinor: PAID_MINOR,
          feesMinor: PAID_MINOR - 2 * PRICE_MINOR,
          refundedMinor: 2 * refund,
          returnedFeesMinor: 0,
          withheldMinor: 900,
          ticketTypes: [{ amountMinor: 2 * PRICE_MINOR, refundedMinor: 2 * refund }],
        },
      ],
    });
  });

  it('of an event that is cancelled is refunded completely, fees included', async () => {
    const { eventId, as, purchaseId } = await bought();
    expect((await system.call('POST', `/api/events/${eventId}/cancel`, { body: { reason: 'storm' } })).status).toBe(
      202,
    );
    await until(async () => {
      expect(await paymentsOf(purchaseId)).toMatchObject({ captured: PAID_MINOR, refunded: PAID_MINOR });
    }, 30_000);
    expect(await receiptsSum(purchaseId, as, 2)).toBe(0);
    await until(async () => {
      const { body } = await system.call('GET', `/api/events/${eventId}/cancellation`);
      expect(body).toMatchObject({ status: 'finished' });
    }, 30_000);
    await expectNothingFound(eventId);
  });

  it('is refunded completely by an operator, and where the event has no rules', async () => {
    const byOperator = await bought();
    expect((await byOperator.cancel({}, 'operator')).body).toMatchObject({ refundedMinor: PAID_MINOR });
    const withoutRules = await bought(null);
    expect((await withoutRules.cancel()).body).toMatchObject({ refundedMinor: PAID_MINOR });
    await expectNothingFound(withoutRules.eventId);
  });
});

describe('a fee that is forgotten', () => {
  it('is a finding: the provider keeps more than PostgreSQL says', async () => {
    const { eventId, purchaseId } = await bought();
    await fixture.stores.owner.query('delete from purchase_fees where purchase_id = $1 and ticket_id is null', [
      purchaseId,
    ]);
    await reconcile(system, eventId);
    const [finding] = await lastingFindings(system, { eventId });
    expect(finding).toMatchObject({
      kind: 'charge_without_ticket',
      status: 'handed_over',
      purchaseId,
      expected: { keptMinor: PAID_MINOR - PURCHASE_FEE_MINOR },
      found: { keptMinor: PAID_MINOR },
    });
  });
});
