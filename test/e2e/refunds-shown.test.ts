import { cancellationIdOf } from '@box-office/contract/derive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, startTestSystem, paymentsOf, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

const PRICE_MINOR = 2_500;
const STUCK_MS = 60_000;
let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem(undefined, { PURCHASE_WAIT_MS: '1500' });
});
afterAll(() => system.close());

const show = async (path: string) => (await system.call('GET', path)).body;

async function bought(method: string, quantity: number) {
  const { id: eventId } = await system.createEvent({ total: 3, priceMinor: PRICE_MINOR });
  const as = newBuyer();
  const requested = await system.buy({ eventId, quantity, payment: { method } }, { as });
  const { purchaseId } = requested.body;
  const confirmed = await until(async () => {
    const purchase = await show(`/api/purchases/${purchaseId}`);
    expect(purchase).toMatchObject({ status: 'confirmed' });
    return purchase;
  }, STUCK_MS);
  const ids = confirmed.tickets.map(({ ticketId }) => ticketId);
  return { as, purchaseId, transactionId: confirmed.transactionId, ids };
}

const cancel = (purchaseId: string, body: object) =>
  system.call('POST', `/api/purchases/${purchaseId}/cancel`, { body });

const amounts = (requestedMinor: number, o: { refunded?: number; pending?: number; skipped?: number }) => ({
  requestedMinor,
  refundedMinor: o.refunded ?? 0,
  pendingMinor: o.pending ?? 0,
  skippedMinor: o.skipped ?? 0,
});

describe('a refund in progress', () => {
  it('is reported as pending, and its tickets as cancelling, not valid', async () => {
    const { as, purchaseId, transactionId } = await bought('pm_slow_refund_6000', 1);
    const cancellationId = cancellationIdOf(purchaseId, null);
    const answered = await cancel(purchaseId, { reason: 'ill' });
    const pending = amounts(PRICE_MINOR, { pending: PRICE_MINOR });
    expect(answered).toMatchObject({ status: 202, body: { status: 'refunding', ...pending } });
    const listed = { cancellationId, status: 'refunding', ...pending };
    expect(await show(`/api/purchases/${purchaseId}`)).toMatchObject({
      status: 'cancelling',
      amountMinor: PRICE_MINOR,
      ...pending,
      tickets: [{ status: 'cancelling' }],
      cancellations: [listed],
    });
    expect(await show(`/api/transactions/${transactionId}`)).toMatchObject({
      amountMinor: PRICE_MINOR,
      ...pending,
      tickets: [{ status: 'cancelling' }],
    });
    await until(async () => {
      expect(await show(`/api/users/${as}/tickets`)).toMatchObject({ tickets: [{ status: 'cancelling' }] });
      const model = JSON.parse((await system.redis.get(`transaction:${transactionId}`)) ?? '{}') as object;
      expect(model).toMatchObject({ ...pending, tickets: [{ status: 'cancelling' }] });
    }, 3_000);

    const refunded = amounts(PRICE_MINOR, { refunded: PRICE_MINOR });
    await until(async () => {
      expect(await show(`/api/cancellations/${cancellationId}`)).toMatchObject({ status: 'cancelled', ...refunded });
    }, STUCK_MS);
    const done = { status: 'cancelled', amountMinor: PRICE_MINOR, ...refunded, tickets: [] };
    expect(await show(`/api/purchases/${purchaseId}`)).toMatchObject({
      ...done,
      cancellations: [{ cancellationId, status: 'cancelled', ...refunded }],
    });
    expect(await show(`/api/transactions/${transactionId}`)).toMatchObject(done);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: PRICE_MINOR, captures: 1 });
  });

  it('of some tickets leaves the others valid', async () => {
    const { purchaseId, ids } = await bought('pm_slow_refund_4000', 2);
    const [first = '', second = ''] = ids;
    await cancel(purchaseId, { tickets: [first] });
    expect(await show(`/api/purchases/${purchaseId}`)).toMatchObject({
      status: 'confirmed',
      amountMinor: 2 * PRICE_MINOR,
      ...amounts(PRICE_MINOR, { pending: PRICE_MINOR }),
      tickets: [
        { ticketId: first, status: 'cancelling' },
        { ticketId: second, status: 'valid' },
      ],
    });
  });
});

describe('a refund that an operator skipped', () => {
  it('is reported as skipped, not as refunded', async () => {
    const { purchaseId } = await bought('pm_refund_fail_100000', 1);
    await cancel(purchaseId, { reason: 'ill' });
    const skipped = amounts(PRICE_MINOR, { skipped: PRICE_MINOR });
    await until(async () => {
      const path = `/api/operations/purchases/${purchaseId}/resolve`;
      const { status } = await system.call('POST', path, { body: { action: 'skip', reason: 'paid back in cash' } });
      expect(status).toBe(200);
    }, STUCK_MS);
    await until(async () => {
      const shown = await show(`/api/cancellations/${cancellationIdOf(purchaseId, null)}`);
      expect(shown).toMatchObject({ status: 'cancelled', ...skipped });
    }, STUCK_MS);
    expect(await show(`/api/purchases/${purchaseId}`)).toMatchObject({ status: 'cancelled', ...skipped });
  });
});
