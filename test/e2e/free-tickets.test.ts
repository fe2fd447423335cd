import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBuyer, openOffice, paymentsOf, validSerials, type Office } from '../support/office.js';
import { until } from '../support/until.js';

const PRICE_MINOR = 2_500;
let office: Office;
let eventId: string;

beforeAll(async () => {
  office = await openOffice();
  ({ id: eventId } = await office.createEvent({
    ticketTypes: [
      { name: 'guest', priceMinor: 0, total: 10 },
      { name: 'standard', priceMinor: PRICE_MINOR, total: 10 },
    ],
  }));
}, 60_000);
afterAll(() => office.close());

const buy = (items: object[], payment: object | undefined, as = newBuyer()) =>
  office.buy({ eventId, items, payment }, { as });

/** How many authorisations the provider was ever asked for. */
async function authorisationsOf(purchaseId: string): Promise<number> {
  const response = await fetch(`${inject('stack').paymentUrl}/v1/ledger?purchase=${purchaseId}`);
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
    const cancelled = await office.call('POST', `/api/purchases/${purchaseId}/cancel`, { as, role: 'buyer', body: {} });
    expect(cancelled).toMatchObject({
      status: 200,
      body: { status: 'cancelled', requestedMinor: 0, refundedMinor: 0, pendingMinor: 0, skippedMinor: 0 },
    });
    expect(await authorisationsOf(purchaseId)).toBe(0);
    expect((await office.call('GET', `/api/purchases/${purchaseId}`)).body).toMatchObject({ status: 'cancelled' });
  });

  it('are no finding: reconciliation misses no payment for them', async () => {
    const { body } = await buy([{ ticketType: 'guest', quantity: 1 }], undefined);
    const sweep = await office.call('POST', '/api/operations/reconciliation', { body: { eventId } });
    expect(sweep.status).toBe(202);
    await until(async () => {
      const shown = await office.call('GET', sweep.headers.get('location') ?? '');
      expect(shown.body).toMatchObject({ status: 'finished' });
    }, 60_000);
    const found = await office.call('GET', `/api/operations/findings?purchaseId=${body.purchaseId}`);
    expect(found.body).toMatchObject({ findings: [] });
    expect(await authorisationsOf(body.purchaseId)).toBe(0);
  }, 90_000);

  it('are paid for where others are bought with them', async () => {
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
    const left = async () => (await office.call('GET', `/api/events/${eventId}`)).body.ticketTypes[1]?.available;
    const before = [await validSerials(office, eventId), await left()];
    const refused = await buy([{ ticketType: 'standard', quantity: 2 }], undefined);
    expect(refused).toMatchObject({
      status: 422,
      body: { type: '/problems/payment-required', amountMinor: 2 * PRICE_MINOR, currency: 'EUR' },
    });
    expect(await authorisationsOf(refused.body.purchaseId)).toBe(0);
    expect([await validSerials(office, eventId), await left()]).toEqual(before);
  });
});
