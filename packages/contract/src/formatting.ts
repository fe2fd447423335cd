/** `EUR 90.00`, with as many decimals as the currency has. */
export function formatMoney(amountMinor: number, currency: string): string {
  const decimals =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return `${currency} ${(amountMinor / 10 ** decimals).toFixed(decimals)}`;
}

/** `Standing 1, 2; Balcony 7`: serial numbers by ticket type. */
export function formatTickets(tickets: readonly { readonly ticketType: string; readonly serial: number }[]): string {
  const serials = new Map<string, number[]>();
  for (const { ticketType, serial } of tickets) serials.set(ticketType, [...(serials.get(ticketType) ?? []), serial]);
  return [...serials].map(([type, numbers]) => `${type} ${numbers.sort((a, b) => a - b).join(', ')}`).join('; ');
}
