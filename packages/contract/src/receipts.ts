import type { AmountMinor } from './money.js';
import { taxIn, type RatePpm } from './tax.js';

/** Net, tax and gross, of which gross is the sum. Of a correction they are negative or 0. */
export interface TaxedAmounts {
  readonly netMinor: AmountMinor;
  readonly taxMinor: AmountMinor;
  readonly grossMinor: AmountMinor;
}

/** `ticket_fee`: the fees of tickets of one type; `purchase_fee`: that of the purchase. */
export const RECEIPT_LINE_KINDS = ['tickets', 'ticket_fee', 'purchase_fee'] as const;

/** One line of a receipt. On a correction it has the tickets that were cancelled, or the fees that are returned. */
export interface ReceiptLine extends TaxedAmounts {
  readonly kind: (typeof RECEIPT_LINE_KINDS)[number];
  /** Null: the fee of the purchase. */
  readonly ticketType: string | null;
  readonly quantity: number;
  readonly taxRatePpm: RatePpm;
}

/** Who sells: what every receipt states, as it was when the receipt was issued. */
export interface Seller {
  readonly name: string;
  /** Lines of the postal address. */
  readonly address: readonly string[];
  /** Null: the seller has none. */
  readonly vatId: string | null;
}

/** What is sold, as it was when the receipt was issued. */
export interface ReceiptEvent {
  readonly eventId: string;
  readonly name: string;
  readonly venue: string;
  readonly startsAt: string;
  readonly timeZone: string;
}

/** A receipt, or the correction of one. It never changes. Times are ISO 8601. */
export interface Receipt extends TaxedAmounts {
  /** Such as `R-000042`: consecutive within its series. */
  readonly number: string;
  readonly kind: 'receipt' | 'correction';
  /** Number of the receipt that a correction corrects; null for a receipt. */
  readonly corrects: string | null;
  readonly purchaseId: string;
  readonly transactionId: string;
  /** The cancellation that a correction is of; null for a receipt. */
  readonly cancellationId: string | null;
  readonly seller: Seller;
  readonly event: ReceiptEvent;
  readonly currency: string;
  readonly lines: readonly ReceiptLine[];
  /** When the purchase was confirmed, or the cancellation was done. */
  readonly suppliedAt: string;
  readonly issuedAt: string;
}

/** `R-000042` */
export const receiptNumber = (series: string, number: number): string => `${series}-${String(number).padStart(6, '0')}`;

/** Net, tax and gross of what a buyer paid for one line. The tax is rounded once, for the whole line. */
export function taxedAmounts(grossMinor: AmountMinor, rate: RatePpm): TaxedAmounts {
  const taxMinor = taxIn(grossMinor, rate);
  return { netMinor: grossMinor - taxMinor, taxMinor, grossMinor };
}

/**
 * What a correction states of a line of which `beforeMinor` was still paid, and `refundedMinor` of that goes back: the
 * difference between the line before and after. So the parts of a line, in whatever order, add up to the whole of it.
 */
export function correctionOf(beforeMinor: AmountMinor, refundedMinor: AmountMinor, rate: RatePpm): TaxedAmounts {
  const [before, after] = [taxedAmounts(beforeMinor, rate), taxedAmounts(beforeMinor - refundedMinor, rate)];
  return {
    netMinor: after.netMinor - before.netMinor,
    taxMinor: after.taxMinor - before.taxMinor,
    grossMinor: after.grossMinor - before.grossMinor,
  };
}

/** The sums of lines. */
export function sumOfAmounts(lines: readonly TaxedAmounts[]): TaxedAmounts {
  const sum = (key: keyof TaxedAmounts): number => lines.reduce((total, line) => total + line[key], 0);
  return { netMinor: sum('netMinor'), taxMinor: sum('taxMinor'), grossMinor: sum('grossMinor') };
}
