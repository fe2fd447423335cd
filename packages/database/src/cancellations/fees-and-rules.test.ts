import type { CancellationRequest } from '@box-office/contract';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { recordTransactions } from '../audit/record-transactions.js';
import { messagesOfCancellation, messagesOfSale } from '../messages/of-purchases.js';
import { findPurchases } from '../purchases/find.js';
import { issueReceipts } from '../receipts/issue.js';
import { findReceipts } from '../receipts/find.js';
import { readMoney } from '../reconciliation/money.js';
import { readStatistics } from '../statistics/read-statistics.js';
import { claimCancellation, type CancellationClaim } from './claim.js';
import { completeCancellation, settleCancellations } from './complete.js';
import { findCancellations } from './find.js';
import { readMustKeep } from './must-keep.js';
import { readRefund } from './refund.js';
import { openEventFixture, PRICE_MINOR, type EventFixture } from './testing/event-fixture.js';

const FEE_MINOR = 150;
const PURCHASE_FEE_MINOR = 199;
const ISSUER = { series: 'F', seller: { name: 'Hall', address: [], vatId: null } };

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'), {
    ticketTypes: [
      {
        name: 'standard',
        priceMinor: PRICE_MINOR,
        taxRatePpm: 70_000,
        total: 10_000,
        fee: { priceMinor: FEE_MINOR, taxRatePpm: 190_000 },
      },
    ],
    purchaseFee: { priceMinor: PURCHASE_FEE_MINOR },
  });
});
afterAll(() => fixture.close());
afterEach(() => setRules(null));

const setRules = (rules: object | null) =>
  fixture.pool.query('update events set refund_rules = $2 where id = $1', [fixture.eventId, rules]);

async function sold(quantity: number): Promise<{ purchaseId: string; ids: string[]; amountMinor: number }> {
  const { purchaseId, amountMinor } = await fixture.confirmed(quantity);
  const { rows } = await fixture.pool.query<{ id: string }>(
    'select id from event_tickets where purchase_id = $1 order by serial',
    [purchaseId],
  );
  return { purchaseId, amountMinor, ids: rows.map(({ id }) => id) };
}

const claim = (purchaseId: string, o: Partial<CancellationRequest> = {}): Promise<CancellationClaim> =>
  claimCancellation(fixture.pool, fixture.cancellationRequest(purchaseId, o));

/** Cancels to the end, and returns what was refunded. With a shortfall, the money went back outside of Box Office. */
async function cancel(
  purchaseId: string,
  { shortfallMinor = 0, ...o }: Partial<CancellationRequest> & { readonly shortfallMinor?: number } = {},
): Promise<number> {
  const claimed = await claim(purchaseId, o);
  if (claimed.kind !== 'claimed') throw new Error(JSON.stringify(claimed));
  const { cancellationId, amountMinor } = claimed.cancellation;
  const refunded = { cancellationId, refundId: amountMinor + shortfallMinor > 0 ? 're' : null, shortfallMinor };
  for (const one of [refunded, refunded]) await completeCancellation(fixture.pool, one);
  await settleCancellations(fixture.pool, [cancellationId]);
  const [done] = await findCancellations(fixture.pool, [cancellationId]);
  return done?.amountMinor ?? NaN;
}

const keepMinorOf = async (purchaseId: string): Promise<number | undefined> =>
  (await readMoney(fixture.pool, [purchaseId]))[0]?.keepMinor;

describe('fees', () => {
  it('are charged with the purchase and are rows of their own once it is confirmed', async () => {
    const open = await fixture.persisted(2);
    expect(open.amountMinor).toBe(2 * (PRICE_MINOR + FEE_MINOR) + PURCHASE_FEE_MINOR);
    const { purchaseId, ids, amountMinor } = await sold(2);
    const { rows } = await fixture.pool.query(
      `select purchase_id, ticket_id, amount_minor::int, tax_rate_ppm from purchase_fees
        where purchase_id = any($1::uuid[]) order by ticket_id nulls last`,
      [[purchaseId, open.purchaseId]],
    );
    expect(rows).toEqual([
      ...ids
        .toSorted()
        .map((id) => ({ purchase_id: purchaseId, ticket_id: id, amount_minor: 150, tax_rate_ppm: 190_000 })),
      { purchase_id: purchaseId, ticket_id: null, amount_minor: 199, tax_rate_ppm: 0 },
    ]);
    expect(await keepMinorOf(purchaseId)).toBe(amountMinor);
  });

  it('go back with their ticket, and that of the purchase with the last one', async () => {
    const { purchaseId, ids, amountMinor } = await sold(3);
    expect(await cancel(purchaseId, { tickets: [ids[0] ?? ''] })).toBe(PRICE_MINOR + FEE_MINOR);
    expect(await cancel(purchaseId)).toBe(2 * (PRICE_MINOR + FEE_MINOR) + PURCHASE_FEE_MINOR);
    expect(await keepMinorOf(purchaseId)).toBe(0);
    expect(amountMinor).toBe(3 * (PRICE_MINOR + FEE_MINOR) + PURCHASE_FEE_MINOR);
  });

  it('are returned once: nothing else of their row ever changes', async () => {
    const { purchaseId, ids } = await sold(1);
    await cancel(purchaseId);
    const again = `update purchase_fees set returned_by = null where ticket_id = '${ids[0]}'`;
    await expect(fixture.pool.query(again)).rejects.toThrow('it is returned once');
  });
});

describe('refund rules', () => {
  const RULES = { keepsFees: true, withheldPpm: 100_000, withheldMinor: 50 };
  const WITHHELD = 300;

  it('keep fees and a part of each price for a buyer, in rows of their own', async () => {
    const { purchaseId, ids, amountMinor } = await sold(2);
    await setRules(RULES);
    expect(await cancel(purchaseId, { tickets: [ids[0] ?? ''] })).toBe(PRICE_MINOR - WITHHELD);
    expect(await cancel(purchaseId)).toBe(PRICE_MINOR - WITHHELD);
    expect(await keepMinorOf(purchaseId)).toBe(2 * (FEE_MINOR + WITHHELD) + PURCHASE_FEE_MINOR);
    expect(amountMinor - 2 * (PRICE_MINOR - WITHHELD)).toBe(await keepMinorOf(purchaseId));
  });

  it.each<[string, Partial<CancellationRequest>]>([
    ['an operator', { byOperator: true }],
    ['money that went back elsewhere', { byOperator: true, returnedBy: 'du_1' }],
  ])('keep nothing from %s', async (_, by) => {
    const { purchaseId, amountMinor } = await sold(2);
    await setRules(RULES);
    expect(await cancel(purchaseId, by)).toBe(amountMinor);
  });

  it('keep nothing once the event is cancelled', async () => {
    const other = await openEventFixture(inject('stack'), { refundRules: RULES, purchaseFee: { priceMinor: 100 } });
    const { purchaseId, amountMinor } = await other.confirmed(2);
    await other.pool.query(`update events set status = 'cancelled' where id = $1`, [other.eventId]);
    const claimed = await claimCancellation(other.pool, other.cancellationRequest(purchaseId));
    expect(claimed).toMatchObject({ kind: 'claimed', cancellation: { amountMinor } });
    await other.close();
  });

  it('refund what was shown, or cancel nothing', async () => {
    const { purchaseId } = await sold(2);
    const shown = await readRefund(fixture.pool, { purchaseId, tickets: null, byOperator: false });
    await setRules(RULES);
    const now = await readRefund(fixture.pool, { purchaseId, tickets: null, byOperator: false });
    expect(await claim(purchaseId, { expectedRefundMinor: shown.amountMinor })).toEqual({
      kind: 'refused',
      refusal: { reason: 'refund_changed', amountMinor: now.amountMinor, currency: 'EUR' },
    });
    expect(await findCancellations(fixture.pool, [fixture.cancellationRequest(purchaseId).cancellationId])).toEqual([]);
    expect(now).toMatchObject({ withheldMinor: 600, returnedFeesMinor: 0, keptFeesMinor: 499, amountMinor: 4_400 });
    expect(await cancel(purchaseId, { expectedRefundMinor: now.amountMinor })).toBe(now.amountMinor);
    // A repeat is the same cancellation, whatever it expects.
    expect(await claim(purchaseId, { expectedRefundMinor: 1 })).toMatchObject({ kind: 'claimed' });
  });

  it('keep less where more went back outside of Box Office: the price of tickets first, then fees, each whole', async () => {
    await setRules(RULES);
    const amounts = { part: 0, price: 0, fee: 0, all: 0 };
    const shortfalls = { part: 100, price: WITHHELD, fee: WITHHELD + 1, all: 1_000_000 };
    for (const name of ['part', 'price', 'fee', 'all'] as const) {
      const { purchaseId, amountMinor } = await sold(1);
      amounts[name] = await cancel(purchaseId, { shortfallMinor: shortfalls[name] });
      expect(await keepMinorOf(purchaseId)).toBe(amountMinor - amounts[name]);
    }
    const price = PRICE_MINOR;
    const all = PRICE_MINOR + FEE_MINOR + PURCHASE_FEE_MINOR;
    expect(amounts).toMatchObject({ part: price - WITHHELD + 100, price, all });
    expect([price + FEE_MINOR, price + PURCHASE_FEE_MINOR]).toContain(amounts.fee);
  });

  it('let nothing go that is kept of other tickets', async () => {
    const { purchaseId, ids } = await sold(3);
    await setRules(RULES);
    await cancel(purchaseId, { tickets: [ids[0] ?? ''] });
    await cancel(purchaseId, { tickets: [ids[1] ?? ''], shortfallMinor: 1_000_000 });
    expect(await keepMinorOf(purchaseId)).toBe(PRICE_MINOR + 2 * FEE_MINOR + WITHHELD + PURCHASE_FEE_MINOR);
  });

  it('need not keep what a cancellation has claimed, and keep what it withholds', async () => {
    const { purchaseId, ids, amountMinor } = await sold(2);
    await setRules(RULES);
    expect(await readMustKeep(fixture.pool, purchaseId)).toBe(amountMinor);
    await claim(purchaseId, { tickets: [ids[0] ?? ''] });
    expect(await readMustKeep(fixture.pool, purchaseId)).toBe(amountMinor - PRICE_MINOR + WITHHELD);
  });

  it('may keep all of a ticket: nothing is refunded, and it is cancelled all the same', async () => {
    const { purchaseId, amountMinor } = await sold(1);
    await setRules({ keepsFees: true, withheldPpm: 1_000_000 });
    expect(await cancel(purchaseId)).toBe(0);
    expect(await keepMinorOf(purchaseId)).toBe(amountMinor);
  });
});

it('captured is always refunded and kept, and receipts and statistics say the same, whatever is cancelled by whom', async () => {
  const rules = fc.record({
    keepsFees: fc.boolean(),
    withheldPpm: fc.constantFrom(0, 70_000, 333_333, 1_000_000),
    withheldMinor: fc.constantFrom(0, 1, 250),
  });
  const part = fc.record({
    places: fc.uniqueArray(fc.nat(3), { minLength: 1 }),
    byOperator: fc.boolean(),
    rules,
    shortfallMinor: fc.constantFrom(0, 0, 1, 200, 10_000),
  });
  let statedFees = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(part, { maxLength: 4 }), async (quantity, parts) => {
      const { purchaseId, ids, amountMinor } = await sold(quantity);
      let refunded = 0;
      const cancelled = new Set<string>();
      for (const one of parts) {
        await setRules(one.rules);
        const tickets = [...new Set(one.places.map((place) => ids[place % quantity] ?? ''))].sort();
        if (tickets.some((id) => cancelled.has(id))) continue;
        const { byOperator, shortfallMinor } = one;
        refunded += await cancel(purchaseId, { tickets, byOperator, shortfallMinor });
        for (const id of tickets) cancelled.add(id);
      }
      expect(await keepMinorOf(purchaseId)).toBe(amountMinor - refunded);
      expect(await readMustKeep(fixture.pool, purchaseId)).toBe(amountMinor - refunded);

      await issueReceipts(fixture.pool, ISSUER, [purchaseId]);
      const receipts = await findReceipts(fixture.pool, purchaseId);
      const sum = (key: 'grossMinor' | 'netMinor' | 'taxMinor') => receipts.reduce((all, one) => all + one[key], 0);
      expect(sum('grossMinor')).toBe(amountMinor - refunded);
      expect(sum('netMinor') + sum('taxMinor')).toBe(sum('grossMinor'));
      statedFees += quantity * FEE_MINOR + PURCHASE_FEE_MINOR;
    }),
    { numRuns: 30 },
  );

  const { rows } = await fixture.pool.query<{ id: string; cancellations: string[] }>(
    `select t.id, array(select c.id from ticket_cancellations c where c.purchase_id = t.id and c.status = 'cancelled') as cancellations
       from event_ticket_transactions t where t.confirmed_at is not null`,
  );
  const sales = await findPurchases(
    fixture.pool,
    rows.map(({ id }) => id),
  );
  const done = await findCancellations(
    fixture.pool,
    rows.flatMap(({ cancellations }) => cancellations),
  );
  const messages = [...sales.flatMap(messagesOfSale), ...done.flatMap(messagesOfCancellation)];
  await recordTransactions(
    fixture.pool,
    messages.flatMap(({ body }) => ('CapacityChange' in body ? [] : [body])),
  );
  const { statistics } = await readStatistics(fixture.pool, { eventId: fixture.eventId, limit: 100 });
  for (const hour of statistics) {
    const [type] = hour.ticketTypes;
    expect(hour.amountMinor - hour.feesMinor).toBe(type?.amountMinor);
    expect(hour.refundedMinor - hour.returnedFeesMinor).toBe(type?.refundedMinor);
    expect((type?.cancelledTickets ?? 0) * PRICE_MINOR - hour.withheldMinor).toBe(type?.refundedMinor);
  }
  const fees = statistics.reduce((all, hour) => all + hour.feesMinor, 0);
  expect(fees).toBeGreaterThanOrEqual(statedFees);
});
