import type { SerialRange, Ticket } from './orders.js';

/** The serial numbers of tickets by type, ascending, in the order in which the types first appear. */
export function serialsOf(tickets: readonly Pick<Ticket, 'ticketType' | 'serial'>[]): SerialRange[] {
  const byType = new Map<string, number[]>();
  for (const { ticketType, serial } of tickets) {
    const serials = byType.get(ticketType);
    if (serials) serials.push(serial);
    else byType.set(ticketType, [serial]);
  }
  return [...byType].map(([ticketType, serials]) => ({ ticketType, serials: serials.sort((a, b) => a - b) }));
}
