import { describe, expect, it } from 'vitest';
import { decimalsOf, isCurrency } from './currencies.js';
import { fromStripeAmount, smallestStepAtStripe, toStripeAmount } from './stripe-amounts.js';

/** Every code that ISO 4217 can have, of which those count in which a price can be set. */
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const CURRENCIES = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c))).filter(isCurrency);

/** Stripe's own table (https://docs.stripe.com/currencies#minor-units): one unit of the currency, as it is sent. */
const ZERO_DECIMAL = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ');
const THREE_DECIMAL = 'BHD JOD KWD OMR TND'.split(' ');

describe('amounts at Stripe', () => {
  it('there are currencies to check', () => expect(CURRENCIES.length).toBeGreaterThan(150));

  it.each(CURRENCIES)(
    '%s: a hundred whole units are sent as Stripe counts them, and come back the same',
    (currency) => {
      const hundred = 100 * 10 ** (decimalsOf(currency) ?? 0);
      const sent = toStripeAmount(hundred, currency);
      if (ZERO_DECIMAL.includes(currency)) expect(sent).toBe(100);
      else if (currency === 'ISK' || currency === 'UGX') expect(sent).toBe(10_000);
      else if (THREE_DECIMAL.includes(currency)) expect(sent).toBe(100_000);
      else expect(sent).toBe(hundred);
      expect(sent % smallestStepAtStripe(currency)).toBe(0);
      expect(fromStripeAmount(sent, currency.toLowerCase())).toBe(hundred);
    },
  );

  it.each([
    [5, 'ISK', 500],
    [7, 'UGX', 700],
    [500, 'JPY', 500],
    [1_050, 'EUR', 1_050],
    [5_120, 'KWD', 5_120],
    [300, 'MGA', 3],
  ])('%s minor units of %s are %s', (amountMinor, currency, sent) => {
    expect(toStripeAmount(amountMinor, currency)).toBe(sent);
    expect(fromStripeAmount(sent, currency)).toBe(amountMinor);
  });

  it.each([
    [5_124, 'KWD'],
    [150, 'MGA'],
    [1, 'XXX'],
  ])('refuses %s minor units of %s, which Stripe cannot charge', (amountMinor, currency) => {
    expect(() => toStripeAmount(amountMinor, currency)).toThrow(RangeError);
  });

  it.each([
    [550, 'ISK'],
    [1, 'UGX'],
  ])('refuses %s of %s, which is no amount in minor units', (amount, currency) => {
    expect(() => fromStripeAmount(amount, currency)).toThrow(RangeError);
  });
});
