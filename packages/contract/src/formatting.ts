import { decimalsOf } from './currencies.js';

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

/** `Standing 1, 2; Balcony 7`: serial numbers by ticket type. */
export function formatTickets(tickets: readonly { readonly ticketType: string; readonly serial: number }[]): string {
  const serials = new Map<string, number[]>();
  for (const { ticketType, serial } of tickets) serials.set(ticketType, [...(serials.get(ticketType) ?? []), serial]);
  return [...serials].map(([type, numbers]) => `${type} ${numbers.sort((a, b) => a - b).join(', ')}`).join('; ');
}
