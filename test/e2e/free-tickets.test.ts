import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBuyer, startTestSystem, paymentsOf, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

const PRICE_MINOR = 2_500;
let system: TestSystem;
let eventId: string;

beforeAll(async () => {
  system = await startTestSystem();
  ({ id: eventId } = await system.createEvent({
    ticketTypes: [
      { name: 'guest', priceMinor: 0, total: 10 },
      { name: 'standard', priceMinor: PRICE_MINOR, total: 10 },
    ],
  }));
});
afterAll(() => system.close());

const buy = (items: object[], payment: object | undefined, as = newBuyer()) =>
  system.buy({ eventId, items, payment }, { as });

/** The number of authorisations that the provider has for a purchase. */
async function authorisationsOf(purchaseId: string): Promise<number> {
  const response = await fetch(`${inject('stack').paymentUrl}/ledger?purchase=${purchaseId}`);
  const { purchases } = (await response.json()) as { purchases: { authorisations: unknown[] }[] };
  return purchases.flatMap(({ authorisations }) => authorisations).length;
}

describe('tickets that cost nothing', () => {
  it.each([
    ['no payment', undefined],
    ['a payment, which is not used', { method: 'pm_decline_stolen_card' }],
  ])('are bought and cancelled with %s and without a call to the provider', async (_, payment) => {
    const as = newBuyer();
    const bought = await buy([{ ticketType: 'guest', quantity: 2 }], payment, as);
    expect(bought).toMatchObject({ status: 201, body: { amountMinor: 0 } });
    const { purchaseId } = bought.body;
    const cancelled = await system.call('POST', `/api/purchases/${purchaseId}/cancel`, { as, role: 'buyer', body: {} });
    expect(cancelled).toMatchObject({
      status: 200,
      body: { status: 'cancelled', requestedMinor: 0, refundedMinor: 0, pendingMinor: 0, skippedMinor: 0 },
    });
    expect(await authorisationsOf(purchaseId)).toBe(0);
    expect((await system.call('GET', `/api/purchases/${purchaseId}`)).body).toMatchObject({ status: 'cancelled' });
  });

  it('cause no finding of reconciliation', async () => {
    const { body } = await buy([{ ticketType: 'guest', quantity: 1 }], undefined);
    const run = await system.call('POST', '/api/operations/reconciliation', { body: { eventId } });
    expect(run.status).toBe(202);
    await until(async () => {
      const shown = await system.call('GET', run.headers.get('location') ?? '');
      expect(shown.body).toMatchObject({ status: 'finished' });
    }, 60_000);
    const found = await system.call('GET', `/api/operations/findings?purchaseId=${body.purchaseId}`);
    expect(found.body).toMatchObject({ findings: [] });
    expect(await authorisationsOf(body.purchaseId)).toBe(0);
  });

  it('are paid for together with other tickets of the same purchase', async () => {
    const both = [
      { ticketType: 'guest', quantity: 1 },
      { ticketType: 'standard', quantity: 1 },
    ];
    const bought = await buy(both, { method: 'pm_approve' });
    expect(bought).toMatchObject({ status: 201, body: { amountMinor: PRICE_MINOR } });
    expect(await paymentsOf(bought.body.purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: 0, captures: 1 });
  });
});

describe('tickets that cost something', () => {
  it('are refused without a payment, with their price, and nothing is charged or held', async () => {
    const available = async () => (await system.call('GET', `/api/events/${eventId}`)).body.ticketTypes[1]?.available;
    const before = [await validSerials(system, eventId), await available()];
    const refused = await buy([{ ticketType: 'standard', quantity: 2 }], undefined);
    expect(refused).toMatchObject({
      status: 422,
      body: { type: '/problems/payment-required', amountMinor: 2 * PRICE_MINOR, currency: 'EUR' },
    });
    expect(await authorisationsOf(refused.body.purchaseId)).toBe(0);
    expect([await validSerials(system, eventId), await available()]).toEqual(before);
  });
});
