import { describe, expect, it } from 'vitest';
import { isCurrency } from './currencies.js';
import { formatMoney, formatTickets } from './formatting.js';

describe('what a reader is shown', () => {
  it.each([
    [9_000, 'EUR', 'EUR 90.00'],
    [9_000, 'JPY', 'JPY 9000'],
    [1_250_000, 'HUF', 'HUF 12500.00'],
    [1_250_000, 'ISK', 'ISK 1250000'],
    [12_345, 'BHD', 'BHD 12.345'],
    [12_345, 'CLF', 'CLF 1.2345'],
    [5, 'EUR', 'EUR 0.05'],
    [0, 'KWD', 'KWD 0.000'],
    [-150, 'EUR', 'EUR -1.50'],
    [9_007_199_254_740_991, 'EUR', 'EUR 90071992547409.91'],
    [50, 'ZZZ', 'ZZZ 50 (minor units)'],
    [0, '', '0 (minor units)'],
  ])('is money with as many decimals as ISO 4217 gives its currency: %d of %s', (amount, currency, shown) => {
    expect(formatMoney(amount, currency)).toBe(shown);
  });

  it('is tickets by type with their serial numbers in order', () => {
    const tickets = [
      { ticketType: 'Standing', serial: 10 },
      { ticketType: 'Standing', serial: 9 },
      { ticketType: 'Balcony', serial: 1 },
    ];
    expect(formatTickets(tickets)).toBe('Standing 9, 10; Balcony 1');
  });
});

describe('a currency', () => {
  it('is one of ISO 4217 that has a minor unit', () => {
    for (const code of ['EUR', 'USD', 'HUF', 'JPY', 'XOF', 'XCG', 'ZWG', 'SLE', 'CLF'])
      expect(isCurrency(code)).toBe(true);
    for (const code of ['AAA', 'ZZZ', 'XXX', 'XTS', 'XAU', 'HRK', 'BGN', 'ANG', 'eur', '', '__proto__']) {
      expect(isCurrency(code)).toBe(false);
    }
  });
});
