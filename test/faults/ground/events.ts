import type { Desk } from '../buyers/desk.js';

/** An event as buyers see it. */
export interface EventOnSale {
  readonly eventId: string;
  readonly ticketTypes: readonly string[];
  /** Most tickets of a type that a buyer here asks for at once. */
  readonly mostAtOnce: number;
  /** How often buyers choose it. */
  readonly weight: number;
}

/** What the events are for: a few of them sell out, one limits its buyers, and one never ends. */
const PROGRAMME = [
  { name: 'Club night', weight: 3, mostAtOnce: 2, limit: 1_000, types: [['Standard', 2_500, 0.15]] },
  { name: 'Gala', weight: 3, mostAtOnce: 4, limit: 1_000, types: [['Standard', 4_000, 0.5], ['VIP', 19_900, 0.05]] },
  { name: 'Reading', weight: 2, mostAtOnce: 3, limit: 8, types: [['Standard', 900, 1], ['Student', 500, 1], ['Patron', 5_000, 0.02]] },
  { name: 'Festival', weight: 3, mostAtOnce: 6, limit: 1_000, types: [['Day', 8_000, 10], ['Weekend', 15_000, 10]] },
  { name: 'Private view', weight: 1, mostAtOnce: 1, limit: 1_000, types: [['Standard', 0, 0.01], ['Friend', 1_000, 0.01]] },
] as const; // prettier-ignore

/**
 * Puts the events on sale.
 *
 * @param expectedTickets how many tickets the buyers of the run may want in all: sizes are shares of it
 */
export async function createEvents(desk: Desk, expectedTickets: number): Promise<EventOnSale[]> {
  const events: EventOnSale[] = [];
  for (const { name, weight, mostAtOnce, limit, types } of PROGRAMME) {
    const ticketTypes = types.map(([type, priceMinor, share]) => ({
      name: type,
      priceMinor,
      total: Math.ceil(share * expectedTickets) + 2,
    }));
    const eventId = await desk.createEvent({ name, limitPerBuyer: limit, ticketTypes });
    events.push({ eventId, weight, mostAtOnce, ticketTypes: ticketTypes.map((type) => type.name) });
  }
  return events;
}
