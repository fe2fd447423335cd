import { describe, expect, it } from 'vitest';
import { formatMoney, formatTickets } from './formatting.js';

describe('what a reader is shown', () => {
  it('is money with as many decimals as its currency has', () => {
    expect(formatMoney(9_000, 'EUR')).toBe('EUR 90.00');
    expect(formatMoney(9_000, 'JPY')).toBe('JPY 9000');
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
