import type { CancellationRequest, PurchaseOrder } from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { readMoney, readMustKeep, type Cancellation } from '@box-office/database';
import { STRIPE_API_VERSION } from '@box-office/payments';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openWorkbench, type Workbench } from '../../purchase/testing/one-purchase.js';
import { inActivity, stepwiseRun } from '../../purchase/testing/stepwise-run.js';
import { refundOf } from '../cancellation-steps.js';
import type { RefundRequest } from '../refund-request.js';

const PRICE_MINOR = 2_500;
const FEE_MINOR = 199;
/** What `RULES` keep of each ticket; besides, the fee of the purchase. */
const WITHHELD_MINOR = 250;
const RULES = { keepsFees: true, withheldPpm: 100_000 };

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench(inject('stack'));
});
afterAll(() => bench.close());

interface Sold {
  readonly order: PurchaseOrder;
  readonly ids: readonly string[];
  readonly authorisationId: string;
}

/** A confirmed purchase with a fee of its own, of an event with these refund rules. */
async function sold(quantity: number, rules: object | null = null): Promise<Sold> {
  const order = { ...(await bench.order('pm_approve')), items: [{ ticketType: 'standard', quantity }] };
  await bench.pool.query('update events set refund_rules = $2, purchase_fee = $3 where id = $1', [
    order.eventId,
    rules,
    { priceMinor: FEE_MINOR },
  ]);
  for await (const step of stepwiseRun(bench.activities, order, '1')) void step;
  const { rows } = await bench.pool.query<{ id: string; authorisationId: string }>(
    `select k.id, t.authorisation_id as "authorisationId"
       from event_tickets k join event_ticket_transactions t on t.id = k.purchase_id where t.id = $1 order by serial`,
    [order.purchaseId],
  );
  return { order, ids: rows.map(({ id }) => id), authorisationId: rows[0]?.authorisationId ?? '' };
}

/** What staff do in the provider's dashboard. Returns the id of the refund. */
async function refundInDashboard({ authorisationId }: Sold, amountMinor: number): Promise<string> {
  const response = await fetch(`${inject('stack').paymentUrl}/v1/refunds`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_dashboard', 'stripe-version': STRIPE_API_VERSION },
    body: new URLSearchParams({ payment_intent: authorisationId, amount: String(amountMinor) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { id: string }).id;
}

async function claim({ order, ids }: Sold, places: readonly number[]): Promise<Cancellation> {
  const { purchaseId, eventId, userId } = order;
  const tickets = places.flatMap((place) => ids[place] ?? []).sort();
  const request: CancellationRequest = {
    cancellationId: cancellationIdOf(purchaseId, tickets),
    purchaseId,
    eventId,
    userId,
    tickets,
    requestedBy: userId,
    byOperator: false,
    reason: '',
    requestId: 'cancel',
    requestedAt: new Date().toISOString(),
  };
  const [answer] = await inActivity(order, 'cancellation', () => bench.activities.claimCancellations([request]));
  if (answer?.kind !== 'claimed') throw new Error(JSON.stringify(answer));
  return answer.cancellation;
}

const refund = ({ order }: Sold, cancellation: Cancellation) =>
  inActivity(order, 'cancellation', () => bench.activities.refund(refundOf(cancellation)));

async function complete(sale: Sold, cancellation: Cancellation) {
  const refunded = await refund(sale, cancellation);
  await bench.activities.completeCancellations([refunded]);
  return refunded;
}

const cancel = async (sale: Sold, ...places: number[]) => complete(sale, await claim(sale, places));

const leftOf = async ({ authorisationId }: Sold): Promise<number> => {
  const { capturedMinor, refundedMinor } = await bench.payments.readReturned(authorisationId);
  return capturedMinor - refundedMinor;
};
const keepOf = async ({ order }: Sold) => (await readMoney(bench.pool, [order.purchaseId]))[0]?.keepMinor;

describe('the refund of a ticket whose money went back outside of Box Office', () => {
  it('is not made once more out of the money of another ticket', async () => {
    const sale = await sold(2);
    const by = await refundInDashboard(sale, PRICE_MINOR);
    expect(await cancel(sale, 0)).toMatchObject({ refundId: by, returnedBy: by });
    expect([await leftOf(sale), await keepOf(sale)]).toEqual([PRICE_MINOR + FEE_MINOR, PRICE_MINOR + FEE_MINOR]);
    expect(await cancel(sale, 1)).not.toHaveProperty('returnedBy');
    expect([await leftOf(sale), await keepOf(sale)]).toEqual([0, 0]);
  });

  it('is handed over while only a part of it went back, with what is left and what must be kept', async () => {
    const sale = await sold(2);
    await refundInDashboard(sale, 1_000);
    const cancellation = await claim(sale, [0]);
    await expect(refund(sale, cancellation)).rejects.toThrow(
      'EUR 41.99 of the payment is left, EUR 26.99 of it must be kept, and EUR 25.00 is to go back',
    );
    const rest = await refundInDashboard(sale, 1_500);
    expect(await complete(sale, cancellation)).toMatchObject({ returnedBy: rest });
  });

  it('ends without taking what refund rules keep', async () => {
    const sale = await sold(1, RULES);
    const by = await refundInDashboard(sale, PRICE_MINOR - WITHHELD_MINOR);
    expect(await cancel(sale, 0)).toMatchObject({ returnedBy: by });
    expect([await leftOf(sale), await keepOf(sale)]).toEqual(Array(2).fill(WITHHELD_MINOR + FEE_MINOR));
  });

  it('lets go of what refund rules would keep, as far as that went back too', async () => {
    const [all, more] = [await sold(2, RULES), await sold(2, RULES)];
    await refundInDashboard(all, 2 * PRICE_MINOR + FEE_MINOR);
    await cancel(all, 0, 1);
    expect([await leftOf(all), await keepOf(all)]).toEqual([0, 0]);

    await refundInDashboard(more, PRICE_MINOR - 50);
    await cancel(more, 0);
    const kept = PRICE_MINOR + FEE_MINOR + 50;
    expect([await leftOf(more), await keepOf(more)]).toEqual([kept, kept]);
  });
});

it('a refund is asked of the provider unless it is said by what the money went back', async () => {
  const sale = await sold(1);
  const { returnedBy: _, ...request } = refundOf(await claim(sale, [0]));
  await inActivity(sale.order, 'cancellation', () => bench.activities.refund(request as RefundRequest));
  expect(await leftOf(sale)).toBe(0);
});

describe('two cancellations of one purchase at once', () => {
  it('are both refunded: what the other cancels need not be kept', async () => {
    const sale = await sold(3);
    const both = [await claim(sale, [0]), await claim(sale, [1])];
    for (const refunded of await Promise.all(both.map((one) => complete(sale, one)))) {
      expect(refunded).not.toHaveProperty('returnedBy');
    }
    expect([await leftOf(sale), await keepOf(sale)]).toEqual(Array(2).fill(PRICE_MINOR + FEE_MINOR));
  });

  it('end both if all of the money went back', async () => {
    const sale = await sold(2);
    const both = [await claim(sale, [0]), await claim(sale, [1])];
    const by = await refundInDashboard(sale, 2 * PRICE_MINOR + FEE_MINOR);
    for (const one of both) expect(await complete(sale, one)).toMatchObject({ returnedBy: by });
    expect([await leftOf(sale), await keepOf(sale)]).toEqual([0, 0]);
  });
});

it('a refund whose answer was lost is the own one of its cancellation, although less is left than before', async () => {
  const sale = await sold(2);
  const cancellation = await claim(sale, [0]);
  const first = await refund(sale, cancellation);
  expect(await complete(sale, cancellation)).toEqual(first);
  expect(first).not.toHaveProperty('returnedBy');
  expect([await leftOf(sale), await keepOf(sale)]).toEqual(Array(2).fill(PRICE_MINOR + FEE_MINOR));
});

it('never refunds what must be kept, and keeps what is left, whatever went back and is cancelled in whatever order', async () => {
  const step = fc.oneof(
    fc.record({ refundMinor: fc.constantFrom(1, 200, WITHHELD_MINOR, 2_250, PRICE_MINOR, 2_699) }),
    fc.record({ cancel: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 2, maxLength: 7 }), async (hasRules, steps) => {
      const sale = await sold(3, hasRules ? RULES : null);
      const waiting: Cancellation[] = [];
      const cancelled = new Set<number>();
      for (const one of steps) {
        if ('refundMinor' in one) {
          if (one.refundMinor <= (await leftOf(sale))) await refundInDashboard(sale, one.refundMinor);
          continue;
        }
        if (!cancelled.has(one.cancel)) waiting.push(await claim(sale, [one.cancel]));
        cancelled.add(one.cancel);
        for (const cancellation of waiting.splice(0)) {
          const before = await leftOf(sale);
          const done = await complete(sale, cancellation).catch(() => undefined);
          const [left, mustKeep] = [await leftOf(sale), await readMustKeep(bench.pool, sale.order.purchaseId)];
          if (left < before) expect(left).toBeGreaterThanOrEqual(mustKeep);
          if (done && 'returnedBy' in done) expect(left).toBeLessThanOrEqual(mustKeep);
          if (!done) waiting.push(cancellation);
        }
      }
      if (waiting.length > 0) return;
      // A fee goes back whole, if only a part of it did.
      expect(await leftOf(sale)).toBeLessThanOrEqual(((await keepOf(sale)) ?? NaN) + FEE_MINOR);
    }),
    { numRuns: 25 },
  );
});
