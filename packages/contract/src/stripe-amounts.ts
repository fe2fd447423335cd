import { decimalsOf } from './currencies.js';
import type { AmountMinor } from './money.js';

/**
 * Stripe's smallest units differ from ISO 4217's minor units for some currencies
 * (https://docs.stripe.com/currencies#minor-units). Stripe sends these with two decimals: ISK and UGX, although ISO gives
 * them none, and it accepts whole units only; MGA as a currency without decimals, although ISO gives it two.
 */
const DECIMALS_AT_STRIPE: ReadonlyMap<string, number> = new Map([
  ['ISK', 2],
  ['UGX', 2],
  ['MGA', 0],
]);
/** Three-decimal currencies: the last digit has to be 0. */
const SMALLEST_STEP_OF_THREE_DECIMALS = 10;

/** Decimals of the currency's smallest unit at Stripe. @throws RangeError for a code that has no minor unit */
function decimalsAtStripe(currency: string): number {
  const decimals = DECIMALS_AT_STRIPE.get(currency) ?? decimalsOf(currency);
  if (decimals === undefined) throw new RangeError(`${currency} is no currency in which prices can be set`);
  return decimals;
}

/** The amount must be a multiple of this, in Stripe's smallest units. */
export function smallestStepAtStripe(currency: string): number {
  const decimals = decimalsAtStripe(currency);
  if (decimals === 3) return SMALLEST_STEP_OF_THREE_DECIMALS;
  return decimals === 2 && decimalsOf(currency) === 0 ? 100 : 1;
}

/**
 * An amount in ISO 4217's minor units as Stripe expects it.
 *
 * @throws RangeError if Stripe cannot take exactly this amount
 */
export function toStripeAmount(amountMinor: AmountMinor, currency: string): number {
  const amount = scaled(amountMinor, decimalsAtStripe(currency) - (decimalsOf(currency) ?? 0));
  if (!Number.isSafeInteger(amount) || amount % smallestStepAtStripe(currency) !== 0) {
    throw new RangeError(`the payment provider cannot charge ${amountMinor} minor units of ${currency}`);
  }
  return amount;
}

/** An amount of Stripe in ISO 4217's minor units. @throws RangeError if it is none */
export function fromStripeAmount(amount: number, currency: string): AmountMinor {
  const code = currency.toUpperCase();
  const amountMinor = scaled(amount, (decimalsOf(code) ?? 0) - decimalsAtStripe(code));
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError(`${amount} of ${code} is no amount in minor units`);
  return amountMinor;
}

const scaled = (amount: number, decimals: number): number =>
  decimals < 0 ? amount / 10 ** -decimals : amount * 10 ** decimals;
