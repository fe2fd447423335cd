import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentsOf, type TestSystem } from '../../support/test-system.js';
import { until } from '../../support/until.js';
import { changeDispute, openDispute, refundInDashboard } from './provider-dashboard.js';
import {
  openReconciliationFixture,
  PRICE_MINOR,
  type ReconciliationFixture,
  type Sold,
} from './reconciliation-fixture.js';
import { findings, reconcile, summariesOf } from './reconciliation-runs.js';

const PAID = 2 * PRICE_MINOR;
const TIMEOUT_MS = 180_000;
let fixture: ReconciliationFixture;
let system: TestSystem;

async function open(env: Record<string, string>): Promise<void> {
  fixture = await openReconciliationFixture({ env });
  ({ system } = fixture);
}

/** A purchase of two tickets, and its payment. */
async function soldOnce(): Promise<Sold & { authorisationId: string }> {
  const sale = await fixture.sold(await fixture.createEvent());
  const [authorisation] = await fixture.stores.authorisationsOf(sale.purchaseId);
  return { ...sale, authorisationId: authorisation?.authorisationId ?? '' };
}

/** Reconciles until the findings of the purchase are these: an event of the provider may be listed a moment later. */
const expectFindings = ({ eventId, purchaseId }: Sold, summaries: readonly string[]) =>
  until(async () => {
    await reconcile(system, eventId);
    const found = await findings(system, { purchaseId });
    expect(summariesOf(found)).toEqual(summaries);
    return found;
  }, 60_000);

const purchaseOf = async ({ purchaseId }: Sold) => {
  const { data } = await system.operator.GET('/api/purchases/{id}', { params: { path: { id: purchaseId } } });
  return data;
};

const forOperators = async ({ purchaseId }: Sold) => {
  const params = { path: { id: purchaseId } };
  return (await system.operator.GET('/api/operations/purchases/{id}', { params })).data;
};

const cancel = ({ purchaseId }: Sold, body: object) =>
  system.call('POST', `/api/purchases/${purchaseId}/cancel`, { body });

/** The tickets can be sold again in every store, and the cancellation says by what the money went back. */
async function expectCancelled(sale: Sold, returnedBy: string): Promise<void> {
  await until(async () => expect((await purchaseOf(sale))?.status).toBe('cancelled'), 30_000);
  await until(async () => {
    const { rows } = await system.pool.query(
      `select returned_by, refund_id, settled_at is not null as settled
         from ticket_cancellations where purchase_id = $1`,
      [sale.purchaseId],
    );
    expect(rows).toEqual([{ returned_by: returnedBy, refund_id: returnedBy, settled: true }]);
  }, 30_000);
  await fixture.expectAgreement(sale.eventId);
  expect((await fixture.countsOf(sale.eventId)).sold).toBe(0);
}

describe('a payment that went back outside of Box Office', { timeout: TIMEOUT_MS }, () => {
  beforeAll(() => open({}));
  afterAll(() => fixture.close());

  it.concurrent(
    'by a full refund is a finding; an operator cancels the tickets, and nothing is refunded twice',
    async () => {
      const sale = await soldOnce();
      const refundId = await refundInDashboard(sale.authorisationId);
      const [finding] = await expectFindings(sale, ['ticket_without_charge handed_over']);
      expect(finding).toMatchObject({ expected: { keptMinor: PAID }, found: { keptMinor: 0 } });
      expect(finding?.cause).toContain('all of the money went back to the buyer');
      expect(await purchaseOf(sale)).toMatchObject({ status: 'confirmed' });

      const asBuyer = { as: sale.userId, role: 'buyer' as const, body: { returnedBy: refundId } };
      expect((await system.call('POST', `/api/purchases/${sale.purchaseId}/cancel`, asBuyer)).status).toBe(403);
      expect(await cancel(sale, { returnedBy: refundId })).toMatchObject({
        status: 200,
        body: { refundedMinor: PAID },
      });
      await expectCancelled(sale, refundId);
      expect(await paymentsOf(sale.purchaseId)).toEqual({ captured: PAID, refunded: PAID, captures: 1 });
      await expectFindings(sale, ['ticket_without_charge gone']);
    },
  );

  it.concurrent(
    'in part is handed over; the tickets stay valid until an operator cancels the one it paid for',
    async () => {
      const sale = await soldOnce();
      const refundId = await refundInDashboard(sale.authorisationId, PRICE_MINOR);
      const [finding] = await expectFindings(sale, ['ticket_without_charge handed_over']);
      expect(finding?.action).toContain('--returned-by <id of the refund> --tickets <ids>');
      const purchase = await purchaseOf(sale);
      expect(purchase?.tickets?.map(({ status }) => status)).toEqual(['valid', 'valid']);

      const tickets = [purchase?.tickets?.[0]?.ticketId];
      expect((await cancel(sale, { tickets, returnedBy: refundId })).status).toBe(200);
      await expectFindings(sale, ['ticket_without_charge gone']);
      expect(await paymentsOf(sale.purchaseId)).toEqual({ captured: PAID, refunded: PRICE_MINOR, captures: 1 });
    },
  );

  it.concurrent(
    'by a dispute is found without any webhook: a row, and a finding until the dispute is won',
    async () => {
      const sale = await soldOnce();
      const disputeId = await openDispute(sale.authorisationId);
      const [finding] = await expectFindings(sale, ['ticket_without_charge handed_over']);
      expect(finding).toMatchObject({ found: { keptMinor: 0, disputedMinor: PAID, dispute: disputeId } });
      expect((await forOperators(sale))?.disputes).toMatchObject([
        { disputeId, amountMinor: PAID, currency: 'EUR', reason: 'fraudulent', status: 'needs_response' },
      ]);
      expect(await purchaseOf(sale)).toMatchObject({ status: 'confirmed' });

      await changeDispute(disputeId, 'won');
      await expectFindings(sale, ['ticket_without_charge gone']);
      expect((await forOperators(sale))?.disputes).toMatchObject([{ disputeId, status: 'won' }]);
    },
  );
});

describe('money that goes back at the provider while a cancellation runs', { timeout: TIMEOUT_MS }, () => {
  beforeAll(() => open({}));
  afterAll(() => fixture.close());

  const cancelByBuyer = (sale: Sold, body: object = {}) =>
    system.call('POST', `/api/purchases/${sale.purchaseId}/cancel`, { as: sale.userId, role: 'buyer', body });

  /** A purchase of two tickets of an event whose rules withhold 10 % of a cancelled one. */
  async function soldWithRules(): Promise<Awaited<ReturnType<typeof soldOnce>>> {
    const sale = await soldOnce();
    const body = { refundRules: { keepsFees: true, withheldPpm: 100_000 } };
    expect((await system.call('PATCH', `/api/events/${sale.eventId}`, { body })).status).toBe(200);
    return sale;
  }

  const grossOfReceipts = ({ purchaseId }: Sold): Promise<number[]> =>
    until(async () => {
      const { body } = await system.call('GET', `/api/purchases/${purchaseId}/receipts`);
      const { receipts } = body as unknown as { receipts: { grossMinor: number }[] };
      expect(receipts).toHaveLength(2);
      return receipts.map(({ grossMinor }) => grossMinor);
    }, 30_000);

  it.concurrent('by a full refund completes it, names the refund, and nothing is refunded twice', async () => {
    const sale = await soldOnce();
    const refundId = await refundInDashboard(sale.authorisationId);
    expect(await cancelByBuyer(sale)).toMatchObject({ status: 200, body: { refundedMinor: PAID } });
    await expectCancelled(sale, refundId);
    expect(await paymentsOf(sale.purchaseId)).toEqual({ captured: PAID, refunded: PAID, captures: 1 });
    await fixture.expectNothingNew(sale.eventId);
  });

  it.concurrent('by a dispute of all of it completes it too, and names the dispute', async () => {
    const sale = await soldOnce();
    const disputeId = await openDispute(sale.authorisationId);
    expect(await cancelByBuyer(sale)).toMatchObject({ status: 200, body: { refundedMinor: PAID } });
    await expectCancelled(sale, disputeId);
    expect(await paymentsOf(sale.purchaseId)).toEqual({ captured: PAID, refunded: 0, captures: 1 });
    await fixture.expectNothingNew(sale.eventId);
  });

  it.concurrent('a part goes back, and the buyer cancels that ticket: the other one stays paid for', async () => {
    const sale = await soldOnce();
    const refundId = await refundInDashboard(sale.authorisationId, PRICE_MINOR);
    await expectFindings(sale, ['ticket_without_charge handed_over']);
    const [first, second] = (await purchaseOf(sale))?.tickets ?? [];
    expect(await cancelByBuyer(sale, { tickets: [first?.ticketId] })).toMatchObject({
      status: 200,
      body: { refundedMinor: PRICE_MINOR },
    });
    expect(await paymentsOf(sale.purchaseId)).toEqual({ captured: PAID, refunded: PRICE_MINOR, captures: 1 });
    expect((await purchaseOf(sale))?.tickets).toEqual([second]);
    const { rows } = await system.pool.query('select returned_by from ticket_cancellations where purchase_id = $1', [
      sale.purchaseId,
    ]);
    expect(rows).toEqual([{ returned_by: refundId }]);
    await expectFindings(sale, ['ticket_without_charge gone']);
    await fixture.expectNothingNew(sale.eventId);
  });

  it.concurrent('all but what refund rules keep: the cancellation completes, and that is kept', async () => {
    const sale = await soldWithRules();
    const refundId = await refundInDashboard(sale.authorisationId, PAID - 500);
    expect(await cancelByBuyer(sale)).toMatchObject({ status: 200, body: { refundedMinor: PAID - 500 } });
    await expectCancelled(sale, refundId);
    expect(await grossOfReceipts(sale)).toEqual([PAID, 500 - PAID]);
    await expectFindings(sale, []);
  });

  it.concurrent('also what refund rules keep: the cancellation returns all, and so says its receipt', async () => {
    const sale = await soldWithRules();
    const refundId = await refundInDashboard(sale.authorisationId);
    expect(await cancelByBuyer(sale)).toMatchObject({ status: 200, body: { refundedMinor: PAID } });
    await expectCancelled(sale, refundId);
    expect(await grossOfReceipts(sale)).toEqual([PAID, -PAID]);
    await expectFindings(sale, []);
  });

  it.concurrent('in part is handed over with what is left, and completes by itself once the rest is back', async () => {
    const sale = await soldOnce();
    const first = await refundInDashboard(sale.authorisationId, PRICE_MINOR);
    expect((await cancelByBuyer(sale)).status).toBe(202);
    await until(async () => {
      const { data } = await system.operator.GET('/api/operations/attention', { params: { query: {} } });
      const entry = data?.purchases.find(({ purchaseIds }) => purchaseIds.includes(sale.purchaseId));
      expect(JSON.stringify(entry)).toContain('EUR 25.00 of the payment is left, and EUR 50.00 is to go back');
      expect(JSON.stringify(entry)).toContain(`the last refund of this payment is ${first}`);
    }, 60_000);
    expect((await purchaseOf(sale))?.status).toBe('cancelling');
    await expectCancelled(sale, await refundInDashboard(sale.authorisationId));
    expect(await paymentsOf(sale.purchaseId)).toEqual({ captured: PAID, refunded: PAID, captures: 1 });
  });
});

describe('a dispute of a status that is not known', { timeout: TIMEOUT_MS }, () => {
  beforeAll(() => open({ RETURNED_PAYMENTS: 'cancel_tickets' }));
  afterAll(() => fixture.close());

  it.concurrent('is handed over and shown, its tickets stay valid, and other payments are compared', async () => {
    const [sale, other] = [await soldOnce(), await soldOnce()];
    const disputeId = await openDispute(sale.authorisationId);
    await changeDispute(disputeId, 'unknown');
    await refundInDashboard(other.authorisationId);
    const [finding] = await expectFindings(sale, ['ticket_without_charge handed_over']);
    expect(finding?.action).toContain(`look at the dispute ${disputeId}`);
    expect((await forOperators(sale))?.disputes).toMatchObject([{ disputeId, status: 'unknown' }]);
    expect(await purchaseOf(sale)).toMatchObject({ status: 'confirmed' });
    await expectFindings(other, ['ticket_without_charge repaired']);

    await changeDispute(disputeId, 'won');
    await expectFindings(sale, ['ticket_without_charge gone']);
  });
});

describe('where RETURNED_PAYMENTS=cancel_tickets, a payment that went back', { timeout: TIMEOUT_MS }, () => {
  beforeAll(() => open({ RETURNED_PAYMENTS: 'cancel_tickets' }));
  afterAll(() => fixture.close());

  it.concurrent(
    'by a full refund cancels its tickets, which can be sold again, and nothing is refunded twice',
    async () => {
      const sale = await soldOnce();
      const refundId = await refundInDashboard(sale.authorisationId);
      await expectFindings(sale, ['ticket_without_charge repaired']);
      await expectCancelled(sale, refundId);
      expect(await paymentsOf(sale.purchaseId)).toEqual({ captured: PAID, refunded: PAID, captures: 1 });
      await fixture.expectNothingNew(sale.eventId);
    },
  );

  it.concurrent(
    'by a dispute cancels them too, and nothing is refunded, not even when the dispute is won',
    async () => {
      const sale = await soldOnce();
      const disputeId = await openDispute(sale.authorisationId);
      await expectFindings(sale, ['ticket_without_charge repaired']);
      await expectCancelled(sale, disputeId);
      await fixture.expectNothingNew(sale.eventId);

      await changeDispute(disputeId, 'won');
      await expectFindings(sale, ['charge_without_ticket handed_over', 'ticket_without_charge repaired']);
      expect(await paymentsOf(sale.purchaseId)).toEqual({ captured: PAID, refunded: 0, captures: 1 });
    },
  );

  it.concurrent('in part cancels nothing', async () => {
    const sale = await soldOnce();
    await refundInDashboard(sale.authorisationId, PRICE_MINOR);
    await expectFindings(sale, ['ticket_without_charge handed_over']);
    expect((await purchaseOf(sale))?.tickets?.map(({ status }) => status)).toEqual(['valid', 'valid']);
  });
});
