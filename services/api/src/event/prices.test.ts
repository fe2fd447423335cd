import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../testing/events.js';
import { standard, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let events: EventFixture;

beforeAll(async () => {
  events = await openEventFixture();
  ({ test } = events);
});
afterAll(() => test.close());

const created = async (ticketType: object, more: object = {}) => {
  const response = await events.create({ ticketTypes: [ticketType], ...more });
  return (await response.json()) as {
    id: string;
    ticketTypes: object[];
    errors?: { path: string; message: string }[];
  };
};

describe('fees', () => {
  const stalls = { ...standard(5), fee: { netPriceMinor: 100, taxRatePpm: 190_000 } };
  const purchaseFee = { priceMinor: 199 };

  it('are charged with a purchase and with a hold, as lines of their own', async () => {
    const { id, ...event } = await created(stalls, { purchaseFee });
    expect(event).toMatchObject({
      ticketTypes: [{ priceMinor: 4_500, fee: { priceMinor: 119, netPriceMinor: 100, taxRatePpm: 190_000 } }],
      purchaseFee: { priceMinor: 199, taxRatePpm: 0 },
    });
    const fees = [
      { ticketType: 'Standard', quantity: 2, priceMinor: 119, taxRatePpm: 190_000 },
      { quantity: 1, priceMinor: 199, taxRatePpm: 0 },
    ];
    const token = await tokenOf('ann');
    const body = { eventId: id, quantity: 2 };
    const headers = { 'Idempotency-Key': randomUUID() };
    const held = (await (await test.request('POST', '/api/tickets/holds', { token, body, headers })).json()) as object;
    expect(held).toMatchObject({ fees, amountMinor: 9_437, taxMinor: 38 });
    const { holdId } = held as { holdId: string };
    // A hold keeps its fees.
    await events.change(id, { purchaseFee: null });
    const bought = await test.buy({ eventId: id, holdId, expectedAmountMinor: 9_437 }, { token });
    const purchase = (await bought.json()) as { purchaseId: string };
    expect(purchase).toMatchObject({ amountMinor: 9_437 });
    const shown = await test.request('GET', `/api/purchases/${purchase.purchaseId}`, { token });
    expect(await shown.json()).toMatchObject({ fees, amountMinor: 9_437 });
    const next = await test.buy({ eventId: id, quantity: 1 });
    expect(await next.json()).toMatchObject({ amountMinor: 4_619 });
  });

  it('tax and rules stay where a change leaves them out, and go where it says so', async () => {
    const refundRules = { keepsFees: true, withheldPpm: 100_000, withheldMinor: 50 };
    const { id } = await created({ ...stalls, taxRatePpm: 70_000 }, { purchaseFee, refundRules });
    const kept = await events.change(id, { ticketTypes: [standard(6)] });
    expect(await kept.json()).toMatchObject({
      ticketTypes: [{ total: 6, taxRatePpm: 70_000, fee: { priceMinor: 119 } }],
      purchaseFee,
      refundRules,
    });
    const none = { ticketTypes: [{ ...standard(6), taxRatePpm: 0, fee: null }], purchaseFee: null, refundRules: null };
    const gone = await events.change(id, none);
    expect(await gone.json()).toMatchObject({
      ticketTypes: [{ taxRatePpm: 0, fee: null }],
      purchaseFee: null,
      refundRules: null,
    });
  });

  it('count for the smallest amount: a small price is allowed with a fee, and refused when the fee goes', async () => {
    const { id } = await created({ ...standard(1), priceMinor: 40 }, { purchaseFee });
    const refused = await events.change(id, { purchaseFee: null });
    expect(await refused.json()).toMatchObject({ status: 422, errors: [{ path: 'ticketTypes.0.priceMinor' }] });
    const free = await created({ ...standard(1), priceMinor: 0 }, { purchaseFee: { priceMinor: 20 } });
    expect(free.errors).toMatchObject([{ path: 'ticketTypes.0.priceMinor' }]);
  });
});

describe('tickets that cost more than the payment provider charges at once', () => {
  it('422 with both amounts, of a purchase and of a hold; the key is free, and fewer tickets can be bought with it', async () => {
    const { id } = await created({ ...standard(5), priceMinor: 60_000_000 });
    const token = await tokenOf('ann');
    const key = randomUUID();
    const tooMany = { eventId: id, quantity: 2 };
    const refused = {
      type: '/problems/amount-too-large',
      status: 422,
      amountMinor: 120_000_000,
      maximumMinor: 99_999_999,
      currency: 'EUR',
    };
    const started = test.starts.length;
    const headers = { 'Idempotency-Key': randomUUID() };
    const hold = await test.request('POST', '/api/tickets/holds', { token, body: tooMany, headers });
    expect(await hold.json()).toMatchObject(refused);
    for (let i = 0; i < 2; i++) {
      expect(await (await test.buy(tooMany, { token, key })).json()).toMatchObject(refused);
    }
    expect(test.starts).toHaveLength(started);
    const bought = await test.buy({ eventId: id, quantity: 1 }, { token, key });
    expect([bought.status, await bought.json()]).toEqual([201, expect.objectContaining({ amountMinor: 60_000_000 })]);
    const shown = await test.request('GET', `/api/events/${id}`);
    expect(await shown.json()).toMatchObject({ ticketTypes: [{ available: 4 }] });
  });
});

describe('the price of a ticket type', () => {
  it('includes its tax, and that is what a purchase costs', async () => {
    const { id, ticketTypes } = await created({ name: 'Stalls', priceMinor: 4_500, taxRatePpm: 70_000, total: 5 });
    expect(ticketTypes).toEqual([
      { name: 'Stalls', priceMinor: 4_500, taxRatePpm: 70_000, fee: null, total: 5, available: 5 },
    ]);
    const bought = await test.buy({ eventId: id, quantity: 2 });
    expect(await bought.json()).toMatchObject({ amountMinor: 9_000 });
  });

  it('that was set without tax is what a purchase costs without it; the event shows both', async () => {
    const stalls = { name: 'Stalls', netPriceMinor: 999, taxRatePpm: 70_000, total: 5 };
    const { id, ticketTypes } = await created(stalls);
    expect(ticketTypes).toEqual([{ ...stalls, priceMinor: 1_069, fee: null, available: 5 }]);
    const shown = (await (await test.request('GET', `/api/events/${id}`)).json()) as object;
    expect(shown).toMatchObject({ ticketTypes });
    const bought = await test.buy({ eventId: id, quantity: 3, expectedAmountMinor: 3_207 });
    expect(await bought.json()).toMatchObject({ amountMinor: 3_207 });
  });

  it('can be sent back as it was read, and follows another rate', async () => {
    const { id } = await created({ name: 'Stalls', netPriceMinor: 999, taxRatePpm: 70_000, total: 5 });
    const same = { name: 'Stalls', netPriceMinor: 999, priceMinor: 1_069, taxRatePpm: 70_000, total: 6 };
    expect((await events.change(id, { ticketTypes: [same] })).status).toBe(200);
    const changed = await events.change(id, {
      ticketTypes: [{ name: 'Stalls', netPriceMinor: 999, taxRatePpm: 190_000, total: 6 }],
    });
    expect(await changed.json()).toMatchObject({ ticketTypes: [{ priceMinor: 1_189, netPriceMinor: 999 }] });
    const contradicting = await events.change(id, { ticketTypes: [{ ...same, taxRatePpm: 190_000 }] });
    expect(await contradicting.json()).toMatchObject({ errors: [{ path: 'ticketTypes.0.netPriceMinor' }] });
  });

  it.each<[string, object, string, RegExp]>([
    ['none', { total: 1 }, 'priceMinor', /netPriceMinor/],
    ['one below the provider’s minimum', { priceMinor: 49, total: 1 }, 'priceMinor', /at least EUR 0\.50/],
    ['a net one that stays below it', { netPriceMinor: 45, taxRatePpm: 70_000, total: 1 }, 'netPriceMinor', /0\.50/],
    ['one above its maximum', { priceMinor: 100_000_000, total: 1 }, 'priceMinor', /at most EUR 999999\.99/],
    ['a rate above 100 %', { priceMinor: 500, taxRatePpm: 1_000_001, total: 1 }, 'taxRatePpm', /./],
  ])('422 for %s', async (_, type, field, message) => {
    const { errors } = await created({ name: 'Stalls', ...type });
    expect(errors).toEqual([{ path: `ticketTypes.0.${field}`, message: expect.stringMatching(message) as string }]);
  });

  it('422 for one that the provider cannot charge in the currency', async () => {
    const { errors } = await created({ name: 'Stalls', priceMinor: 5_124, total: 1 }, { currency: 'KWD' });
    expect(errors).toMatchObject([
      { path: 'ticketTypes.0.priceMinor', message: expect.stringMatching(/KWD 0\.010/) as string },
    ]);
  });

  it('may be 0, the minimum or the maximum, and is not checked again where it was set before', async () => {
    for (const priceMinor of [0, 50, 99_999_999])
      expect((await created({ ...standard(1), priceMinor })).id).toBeDefined();
    const { id } = await created(standard(1));
    await test.pool.query('update event_ticket_types set price_minor = 10 where event_id = $1', [id]);
    const changed = await events.change(id, { ticketTypes: [{ ...standard(2), priceMinor: 10 }] });
    expect(changed.status).toBe(200);
  });
});
