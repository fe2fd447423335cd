import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctionOf, sumOfAmounts, taxedAmounts } from './receipts.js';
import { grossOf, MAX_RATE_PPM, taxIn } from './tax.js';

// Amounts are integers of the minor unit, so what holds for all of them holds in every currency.
const MAX_PRICE_MINOR = 1_000_000_000;
const MAX_LINE_MINOR = 50 * MAX_PRICE_MINOR;
const rate = fc.integer({ min: 0, max: MAX_RATE_PPM });
const amount = (max: number) => fc.oneof(fc.integer({ min: 0, max }), fc.integer({ min: 0, max: 200 }));

describe('tax', () => {
  it.each([
    { gross: 9_000, rate: 70_000, tax: 589 },
    { gross: 11_900, rate: 190_000, tax: 1_900 },
    { gross: 1, rate: 1_000_000, tax: 1 },
    { gross: 3_000, rate: 0, tax: 0 },
    { gross: 0, rate: 70_000, tax: 0 },
    { gross: 10_888, rate: 88_750, tax: 888 },
  ])('$tax is contained in $gross at $rate ppm', ({ gross, rate: ppm, tax }) => expect(taxIn(gross, ppm)).toBe(tax));

  it.each([
    { net: 1_000, rate: 70_000, gross: 1_070 },
    { net: 999, rate: 70_000, gross: 1_069 },
    { net: 50, rate: 10_000, gross: 51 },
    { net: 49, rate: 10_000, gross: 49 },
  ])('a price of $net to which $rate ppm are added costs $gross', ({ net, rate: ppm, gross }) =>
    expect(grossOf(net, ppm)).toBe(gross),
  );

  it('that was added to the price of one ticket is the tax that its gross price contains', () => {
    fc.assert(
      fc.property(amount(MAX_PRICE_MINOR), rate, (net, ppm) => {
        const gross = grossOf(net, ppm);
        expect(taxIn(gross, ppm)).toBe(gross - net);
      }),
    );
  });

  it('of a line is off by half a minor unit at most, and net and tax are its gross', () => {
    fc.assert(
      fc.property(amount(MAX_LINE_MINOR), rate, (gross, ppm) => {
        const { netMinor, taxMinor } = taxedAmounts(gross, ppm);
        expect(netMinor + taxMinor).toBe(gross);
        // |tax − gross · rate / (1 + rate)| ≤ 1/2, without a fraction.
        const [whole, off] = [BigInt(1_000_000 + ppm), BigInt(taxMinor) * BigInt(1_000_000 + ppm)];
        const twice = 2n * (off - BigInt(gross) * BigInt(ppm));
        expect(twice <= whole && twice > -whole).toBe(true);
      }),
    );
  });
});

describe('the corrections of a line', () => {
  it('take back exactly what it stated, in whatever parts and order the money goes back', () => {
    fc.assert(
      fc.property(fc.array(amount(MAX_PRICE_MINOR), { minLength: 1, maxLength: 50 }), rate, (parts, ppm) => {
        const grossMinor = parts.reduce((sum, part) => sum + part, 0);
        let left = grossMinor;
        const corrections = parts.map((part) => {
          const correction = correctionOf(left, part, ppm);
          left -= part;
          expect(correction.netMinor + correction.taxMinor).toBe(0 - part);
          expect(Math.max(correction.netMinor, correction.taxMinor)).toBeLessThanOrEqual(0);
          return correction;
        });
        const sums = sumOfAmounts([taxedAmounts(grossMinor, ppm), ...corrections]);
        expect(sums).toEqual({ netMinor: 0, taxMinor: 0, grossMinor: 0 });
      }),
    );
  });

  it('leave the tax of what is kept, where a part is kept', () => {
    fc.assert(
      fc.property(amount(MAX_LINE_MINOR), amount(MAX_LINE_MINOR), rate, (refunded, kept, ppm) => {
        const line = taxedAmounts(refunded + kept, ppm);
        const sums = sumOfAmounts([line, correctionOf(refunded + kept, refunded, ppm)]);
        expect(sums).toEqual(taxedAmounts(kept, ppm));
      }),
    );
  });
});
