import type { AmountMinor } from './money.js';

/**
 * A tax rate in millionths of the net amount: 70,000 is 7 %, and 88,750 is 8.875 %. Basis points could not say the
 * latter.
 */
export type RatePpm = number;

export const WHOLE_PPM = 1_000_000n;
/** 100 %. */
export const MAX_RATE_PPM = 1_000_000;

/** `part` of `amount` in `whole`, half a minor unit rounded up. None of them is negative. */
export const share = (amount: AmountMinor, part: bigint, whole: bigint): AmountMinor =>
  Number((2n * BigInt(amount) * part + whole) / (2n * whole));

/** What a buyer pays for a price to which the tax is added. */
export const grossOf = (netMinor: AmountMinor, rate: RatePpm): AmountMinor =>
  netMinor + share(netMinor, BigInt(rate), WHOLE_PPM);

/** The tax that is contained in an amount which a buyer pays: gross × rate / (1 + rate). */
export const taxIn = (grossMinor: AmountMinor, rate: RatePpm): AmountMinor =>
  share(grossMinor, BigInt(rate), WHOLE_PPM + BigInt(rate));
