import { chargeStepOf, fromStripeAmount, smallestStepAtStripe, type AmountMinor } from '@box-office/contract';

/**
 * The smallest charges of Stripe, in ISO 4217's minor units, as its table had them in November 2026
 * (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). The table is by the currency of the seller's
 * bank account; a charge in another currency is converted first. So a currency that is not in the table has no minimum
 * here, and Stripe may refuse an amount in it.
 */
const MINIMUM_MINOR: Readonly<Record<string, AmountMinor>> = {
  AED: 200,
  AUD: 50,
  BRL: 50,
  CAD: 50,
  CHF: 50,
  CZK: 1_500,
  DKK: 250,
  EUR: 50,
  GBP: 30,
  HKD: 400,
  HUF: 17_500,
  INR: 50,
  JPY: 50,
  MXN: 1_000,
  MYR: 200,
  NOK: 300,
  NZD: 50,
  PLN: 200,
  RON: 200,
  SEK: 300,
  SGD: 50,
  THB: 1_000,
  USD: 50,
};

/** The largest charge in Stripe's smallest units, by the same page. */
const MAXIMUM_AT_STRIPE = 99_999_999;
/** It takes more digits of these; there is no maximum for them here, and Stripe may refuse an amount. */
const WITH_MORE_DIGITS: ReadonlySet<string> = new Set(['COP', 'HUF', 'IDR', 'INR', 'JPY']);

/** Why an amount can never be charged. */
export type NotChargeable =
  | { readonly kind: 'below_minimum'; readonly minimumMinor: AmountMinor }
  | { readonly kind: 'above_maximum'; readonly maximumMinor: AmountMinor }
  /** It must be a multiple of this. */
  | { readonly kind: 'between_steps'; readonly stepMinor: AmountMinor };

/** Null for an amount that can be charged, and for 0, for which no charge is made. */
export function whyNotChargeable(amountMinor: AmountMinor, currency: string): NotChargeable | null {
  const stepMinor = chargeStepOf(currency);
  if (amountMinor % stepMinor !== 0) return { kind: 'between_steps', stepMinor };
  const minimumMinor = MINIMUM_MINOR[currency] ?? 0;
  if (amountMinor > 0 && amountMinor < minimumMinor) return { kind: 'below_minimum', minimumMinor };
  const maximumMinor = maximumOf(currency);
  return amountMinor > maximumMinor ? { kind: 'above_maximum', maximumMinor } : null;
}

function maximumOf(currency: string): AmountMinor {
  if (WITH_MORE_DIGITS.has(currency)) return Infinity;
  return fromStripeAmount(MAXIMUM_AT_STRIPE - (MAXIMUM_AT_STRIPE % smallestStepAtStripe(currency)), currency);
}
