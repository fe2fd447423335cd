import {
  ticketsByPurchase,
  validTicketsByPurchase,
  type PurchaseRow,
  type PurchasePayments,
  type Stores,
  type TicketRow,
} from '../reading/stores.js';
import type { Violation } from '../violation.js';

/**
 * Invariant 3: what was captured of each purchase, less what was refunded or taken back by disputes, is the price of
 * its valid tickets, plus the fees that were not returned and what was withheld, in one charge. Receipts, where there
 * are any, say the same.
 */
export function checkMoney(stores: Stores): Violation[] {
  const valid = validTicketsByPurchase(stores);
  const sold = ticketsByPurchase(stores, ['valid', 'cancelled']);
  const { charged, kept } = sumsOfFees(stores);
  const payments = new Map(stores.payments.map((payment) => [payment.purchaseId, payment]));
  const known = new Set(stores.purchases.map(({ purchaseId }) => purchaseId));
  return [
    ...stores.purchases.flatMap((purchase) => {
      const { purchaseId } = purchase;
      return [
        ...checkCharge(
          purchase,
          priceOf(valid.get(purchaseId)) + (kept.get(purchaseId) ?? 0),
          payments.get(purchaseId),
        ),
        ...checkPrice(purchase, priceOf(sold.get(purchaseId)) + (charged.get(purchaseId) ?? 0)),
      ];
    }),
    ...stores.payments.filter(({ purchaseId }) => !known.has(purchaseId)).flatMap(chargesOfUnknownPurchase),
  ];
}

const priceOf = (tickets: readonly TicketRow[] = []): number =>
  tickets.reduce((sum, { priceMinor }) => sum + priceMinor, 0);

/** By purchase: all fees, and what is kept besides tickets: fees that were not returned, and what was withheld. */
function sumsOfFees({ fees, withheld }: Stores) {
  const keptFees = fees.filter(({ returnedBy }) => returnedBy === null);
  return { charged: sumsByPurchase(fees), kept: sumsByPurchase([...keptFees, ...withheld]) };
}

export function sumsByPurchase(
  rows: readonly { readonly purchaseId: string; readonly amountMinor: number }[],
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { purchaseId, amountMinor } of rows) sums.set(purchaseId, (sums.get(purchaseId) ?? 0) + amountMinor);
  return sums;
}

function checkCharge(purchase: PurchaseRow, price: number, payment: PurchasePayments | undefined): Violation[] {
  const { purchaseId, eventId } = purchase;
  const where = { invariant: 3, eventId, purchaseId } as const;
  const violations: Violation[] = [];
  const kept = payment === undefined ? 0 : keptMinorOf(payment);
  if (kept !== price) {
    const charged = kept > price;
    violations.push({
      ...where,
      fault: charged ? 'charge_without_ticket' : 'ticket_without_charge',
      expected: price,
      found: kept,
      text: charged
        ? 'more money was kept than for its valid tickets, fees and withheld amounts'
        : 'its valid tickets, fees and withheld amounts are not paid for',
    });
  }
  const charges = payment?.captureCount ?? 0;
  if (charges > 1) {
    violations.push({
      ...where,
      fault: 'charged_twice',
      expected: 1,
      found: charges,
      text: 'it was charged more than once',
    });
  }
  const authorisations = payment?.authorisations.length ?? 0;
  if (purchase.amountMinor === 0 && authorisations > 0) {
    violations.push({
      ...where,
      fault: 'nothing_authorised',
      expected: 'no call',
      found: `${authorisations} authorisations`,
      text: 'the payment provider was called for a purchase that costs nothing',
    });
  }
  if (purchase.outcome !== null) violations.push(...openAuthorisations(where, payment));
  return violations;
}

const keptMinorOf = ({ capturedMinor, refundedMinor, disputedMinor }: PurchasePayments): number =>
  capturedMinor - refundedMinor - disputedMinor;

/** An authorisation that is neither captured nor voided blocks the buyer's money for days. */
function openAuthorisations(
  where: Pick<Violation, 'invariant' | 'eventId' | 'purchaseId'>,
  payment: PurchasePayments | undefined,
): Violation[] {
  return (payment?.authorisations ?? [])
    .filter(({ state }) => state === 'authorised')
    .map(({ key, amountMinor }) => ({
      ...where,
      fault: 'authorisation_left_open',
      expected: 'captured or voided',
      found: `${amountMinor} authorised under ${key}`,
      text: 'an authorisation is still open for a purchase that has ended',
    }));
}

/** The prices of all tickets sold, and all fees, add up to the amount of the purchase. */
function checkPrice(purchase: PurchaseRow, price: number): Violation[] {
  if (purchase.outcome?.kind !== 'confirmed') return [];
  if (price === purchase.amountMinor) return [];
  return [
    {
      invariant: 3,
      fault: 'price_differs',
      eventId: purchase.eventId,
      purchaseId: purchase.purchaseId,
      expected: purchase.amountMinor,
      found: price,
      text: 'the prices of its tickets and its fees do not add up to its amount',
    },
  ];
}

function chargesOfUnknownPurchase(payment: PurchasePayments): Violation[] {
  const { purchaseId } = payment;
  const kept = keptMinorOf(payment);
  const where = { invariant: 3, purchaseId } as const;
  if (kept === 0) return openAuthorisations(where, payment);
  return [
    {
      ...where,
      fault: 'charge_without_ticket',
      expected: 0,
      found: kept,
      text: 'money was kept for a purchase that PostgreSQL does not know',
    },
  ];
}
