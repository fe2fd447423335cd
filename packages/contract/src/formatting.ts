import { decimalsOf } from './currencies.js';
import type { Ticket } from './orders.js';
import { serialsOf } from './serials.js';

/**
 * `EUR 90.00`: an amount with as many decimals as ISO 4217 gives its currency. Exact, since no float is divided. An amount
 * in a currency that is not known stays one of minor units.
 */
export function formatMoney(amountMinor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  if (decimals === undefined) return `${currency} ${amountMinor} (minor units)`.trimStart();
  const digits = String(Math.abs(amountMinor)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? '' : `.${digits.slice(-decimals)}`;
  return `${currency} ${amountMinor < 0 ? '-' : ''}${whole}${fraction}`;
}

/** `sold out`: a value in snake_case, for people. */
export const inWords = (value: string): string => value.replaceAll('_', ' ');

/** `Standing 1, 2; Balcony 7`: serial numbers by ticket type. */
export function formatTickets(tickets: readonly Pick<Ticket, 'ticketType' | 'serial'>[]): string {
  return serialsOf(tickets)
    .map(({ ticketType, serials }) => `${ticketType} ${serials.join(', ')}`)
    .join('; ');
}
