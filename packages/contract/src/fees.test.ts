import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeStepOf, CURRENCIES } from './currencies.js';
import { sumOfFees, withheldOf } from './fees.js';
import { MAX_RATE_PPM } from './tax.js';

describe('what the refund rules withhold of a price', () => {
  it.each([
    { price: 4_500, rules: { withheldPpm: 100_000 }, currency: 'EUR', withheld: 450 },
    { price: 4_500, rules: { withheldPpm: 100_000, withheldMinor: 200 }, currency: 'EUR', withheld: 650 },
    { price: 25, rules: { withheldPpm: 100_000 }, currency: 'JPY', withheld: 3 },
    { price: 150, rules: { withheldMinor: 500 }, currency: 'EUR', withheld: 150 },
    { price: 4_510, rules: { withheldPpm: 100_000 }, currency: 'KWD', withheld: 450 },
    { price: 4_500, rules: { keepsFees: true }, currency: 'EUR', withheld: 0 },
    { price: 4_500, rules: null, currency: 'EUR', withheld: 0 },
  ])('$rules of $price $currency is $withheld', ({ price, rules, currency, withheld }) =>
    expect(withheldOf(price, rules, currency)).toBe(withheld),
  );

  it('is never more than the price, and leaves a refund that can be made, in every currency', () => {
    const rules = fc.record({
      withheldPpm: fc.integer({ min: 0, max: MAX_RATE_PPM }),
      withheldMinor: fc.integer({ min: 0, max: 10_000 }),
    });
    const steps = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(fc.constantFrom(...CURRENCIES), steps, rules, (currency, count, given) => {
        const [step, price] = [chargeStepOf(currency), count * chargeStepOf(currency)];
        const withheld = withheldOf(price, given, currency);
        expect(withheld).toBeGreaterThanOrEqual(0);
        expect(withheld).toBeLessThanOrEqual(price);
        expect((price - withheld) % step).toBe(0);
      }),
    );
  });
});

it('fees add up by their number', () => {
  const ofTickets = { ticketType: 'Stalls', quantity: 3, priceMinor: 150 };
  expect(sumOfFees([ofTickets, { quantity: 1, priceMinor: 200 }])).toBe(650);
  expect(sumOfFees(null)).toBe(0);
});
