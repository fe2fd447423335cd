import type { Schema } from '@box-office/api-client';
import { createEventOnSale, openGatewayClients } from '../../support/gateway-clients.js';
import type { FaultHarness } from './fault-harness.js';

/** An event as buyers see it. */
export interface EventOnSale {
  readonly eventId: string;
  readonly ticketTypes: readonly string[];
  /** Maximum quantity of a ticket type in one request. */
  readonly maxQuantity: number;
  /** How often buyers choose it, relative to the other events. */
  readonly weight: number;
}

type TicketType = readonly [name: string, priceMinor: number, share: number, fee?: { readonly priceMinor: number }];

/** What differs from event to event. */
interface Profile {
  readonly name: string;
  readonly weight: number;
  readonly maxQuantity: number;
  readonly limit: number;
  readonly types: readonly TicketType[];
  readonly prices?: Pick<Schema<'NewEvent'>, 'purchaseFee' | 'refundRules'>;
}

/**
 * A few events sell out, one has a low limit per buyer, and one never sells out. Some have fees, and cancellations of
 * buyers return all, a share or none of them.
 */
const EVENTS: readonly Profile[] = [
  { name: 'Club night', weight: 3, maxQuantity: 2, limit: 1_000, types: [['Standard', 2_500, 0.15]] },
  {
    name: 'Gala',
    weight: 3,
    maxQuantity: 4,
    limit: 1_000,
    types: [
      ['Standard', 4_000, 0.5, { priceMinor: 150 }],
      ['VIP', 19_900, 0.05],
    ],
    prices: { refundRules: { keepsFees: true, withheldPpm: 100_000 } },
  },
  {
    name: 'Reading',
    weight: 2,
    maxQuantity: 3,
    limit: 8,
    types: [
      ['Standard', 900, 1],
      ['Student', 500, 1],
      ['Patron', 5_000, 0.02],
    ],
    prices: { purchaseFee: { priceMinor: 199 } },
  },
  {
    name: 'Festival',
    weight: 3,
    maxQuantity: 6,
    limit: 1_000,
    types: [
      ['Day', 8_000, 10, { priceMinor: 220 }],
      ['Weekend', 15_000, 10, { priceMinor: 330 }],
    ],
    prices: { purchaseFee: { priceMinor: 100 }, refundRules: { withheldMinor: 250 } },
  },
  {
    name: 'Private view',
    weight: 1,
    maxQuantity: 1,
    limit: 1_000,
    types: [
      ['Standard', 0, 0.01],
      ['Friend', 1_000, 0.01],
    ],
  },
];

/**
 * Creates the events, on sale.
 *
 * @param expectedTickets tickets that all buyers of the run may want; the totals are shares of it
 */
export async function createEvents({ replicas, stack }: FaultHarness, expectedTickets: number): Promise<EventOnSale[]> {
  const { operator } = await openGatewayClients(replicas[0]?.api.url ?? '', stack.jwtSecret);
  const events: EventOnSale[] = [];
  for (const { name, weight, maxQuantity, limit, types, prices } of EVENTS) {
    const ticketTypes = types.map(([type, priceMinor, share, fee]) => ({
      name: type,
      priceMinor,
      total: Math.ceil(share * expectedTickets) + 2,
      ...(fee && { fee }),
    }));
    const { id: eventId } = await createEventOnSale(operator, { name, limitPerBuyer: limit, ticketTypes, ...prices });
    events.push({ eventId, weight, maxQuantity, ticketTypes: ticketTypes.map((type) => type.name) });
  }
  return events;
}
