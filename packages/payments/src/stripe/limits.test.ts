import { chargeStepOf, CURRENCIES, decimalsOf, toStripeAmount } from '@box-office/contract';
import { describe, expect, it } from 'vitest';
import { whyNotChargeable } from './limits.js';

describe('an amount that Stripe cannot charge', () => {
  it.each([
    [49, 'EUR', 50],
    [1, 'USD', 50],
    [29, 'GBP', 30],
    [49, 'JPY', 50],
    [17_400, 'HUF', 17_500],
    [1_499, 'CZK', 1_500],
  ])('is %s %s: the minimum is %s', (amountMinor, currency, minimumMinor) => {
    expect(whyNotChargeable(amountMinor, currency)).toEqual({ kind: 'below_minimum', minimumMinor });
    expect(whyNotChargeable(minimumMinor, currency)).toBeNull();
  });

  it.each([
    ['EUR', 99_999_999],
    ['ARS', 99_999_999],
    ['KRW', 99_999_999],
    ['KWD', 99_999_990],
    ['ISK', 999_999],
    ['MGA', 9_999_999_900],
  ])('is more than the maximum of %s: %s', (currency, maximumMinor) => {
    expect(whyNotChargeable(maximumMinor, currency)).toBeNull();
    const more = maximumMinor + chargeStepOf(currency);
    expect(whyNotChargeable(more, currency)).toEqual({ kind: 'above_maximum', maximumMinor });
  });

  it('is none that is large in a currency of which Stripe takes more digits', () => {
    expect(whyNotChargeable(150_000_000, 'IDR')).toBeNull();
  });

  it.each([
    [5_124, 'KWD', 10],
    [150, 'MGA', 100],
  ])('is %s %s, which is no multiple of %s', (amountMinor, currency, stepMinor) =>
    expect(whyNotChargeable(amountMinor, currency)).toEqual({ kind: 'between_steps', stepMinor }),
  );

  it.each(CURRENCIES)('%s: is none that is a multiple of its step, nor 0', (currency) => {
    const hundred = 100 * 10 ** (decimalsOf(currency) ?? 0);
    const step = chargeStepOf(currency);
    expect(hundred % step).toBe(0);
    expect(() => toStripeAmount(hundred + step, currency)).not.toThrow();
    if (step > 1) expect(() => toStripeAmount(hundred + 1, currency)).toThrow(RangeError);
    for (const amount of [0, 50 * hundred]) expect(whyNotChargeable(amount, currency)).toBeNull();
  });
});
