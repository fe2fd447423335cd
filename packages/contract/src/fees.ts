import { chargeStepOf } from './currencies.js';
import type { AmountMinor } from './money.js';
import type { OrderItem } from './orders.js';
import { share, WHOLE_PPM, type RatePpm } from './tax.js';

/** What is charged on top of a ticket's price, or once per purchase. */
export interface Fee {
  /** What a buyer pays, tax included. */
  readonly priceMinor: AmountMinor;
  /** Absent: no tax. */
  readonly taxRatePpm?: RatePpm;
  /** The fee that was set without tax, to which the tax was added; absent: a fee was set that includes it. */
  readonly netPriceMinor?: AmountMinor;
}

/** A fee as a purchase or hold was quoted it: of so many tickets of a type, or, without a type, of the purchase. */
export interface QuotedFee extends Pick<OrderItem, 'quantity'>, Pick<Fee, 'priceMinor' | 'taxRatePpm'> {
  readonly ticketType?: string;
}

/** What a cancellation by the buyer does not give back. Absent fields: it gives that back. */
export interface RefundRules {
  readonly keepsFees?: boolean;
  /** Share of each ticket's price, in millionths: 100,000 is 10 %. */
  readonly withheldPpm?: RatePpm;
  /** Withheld of each ticket besides. */
  readonly withheldMinor?: AmountMinor;
}

/** The sum of fees. */
export const sumOfFees = (fees: readonly QuotedFee[] | null): AmountMinor =>
  (fees ?? []).reduce((sum, { quantity, priceMinor }) => sum + quantity * priceMinor, 0);

/**
 * What the rules withhold of the price of one ticket: the share, half a minor unit rounded up, and the fixed amount; never
 * more than the price, and rounded down to a step that the payment provider can refund.
 */
export function withheldOf(priceMinor: AmountMinor, rules: RefundRules | null, currency: string): AmountMinor {
  const { withheldPpm = 0, withheldMinor = 0 } = rules ?? {};
  const most = Math.min(priceMinor, share(priceMinor, BigInt(withheldPpm), WHOLE_PPM) + withheldMinor);
  return most - (most % chargeStepOf(currency));
}
