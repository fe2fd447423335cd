import type { Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';
import { sumsByPurchase } from './money.js';

/**
 * The receipts of each paid purchase add up to what it still costs, and their numbers have no gap. Without any receipt no
 * seller is configured, and nothing is checked.
 */
export function checkReceipts(stores: Stores): Violation[] {
  if (stores.receipts.length === 0) return [];
  const stated = sumsByPurchase(stores.receipts.map((one) => ({ ...one, amountMinor: one.grossMinor })));
  const refunded = sumsByPurchase(stores.cancellations.filter(({ status }) => status === 'cancelled'));
  const differing = stores.purchases.flatMap(({ purchaseId, eventId, amountMinor, receiptDue }): Violation[] => {
    if (amountMinor === 0 || !receiptDue) return [];
    const [expected, found] = [amountMinor - (refunded.get(purchaseId) ?? 0), stated.get(purchaseId) ?? null];
    if (expected === found) return [];
    const text = 'the receipts of a purchase do not add up to what was paid and not refunded';
    return [{ invariant: 3, fault: 'receipts_differ', eventId, purchaseId, expected, found, text }];
  });
  return [...differing, ...gaps(stores)];
}

function gaps({ receipts }: Stores): Violation[] {
  const highest = new Map<string, number>();
  return receipts.flatMap(({ series, number, purchaseId }): Violation[] => {
    const expected = (highest.get(series) ?? 0) + 1;
    highest.set(series, number);
    if (number === expected) return [];
    const text = `the numbers of receipts of series ${series} have a gap`;
    return [{ invariant: 3, fault: 'receipt_number_missing', purchaseId, expected, found: number, text }];
  });
}
