import { isDeepStrictEqual } from 'node:util';
import { eventKey } from '@box-office/contract';
import type { InventoryAtOnce, InventorySnapshot, TicketTypeStock } from '@box-office/inventory';
import type { EventRecord } from '@box-office/database';
import { aboutEvent, type Discrepancy, type Repair } from '../discrepancy.js';

/** Compares the counts in Redis with the holds and sales in Redis, in a consistent snapshot. */
export function compareCounts(record: EventRecord, consistent: InventoryAtOnce): Discrepancy[] {
  const { snapshot } = consistent;
  const { details, generation } = record;
  const repair: Repair = { kind: 'rebuild_inventory', seen: generation, cause: 'the counts were wrong' };
  const discrepancies: Discrepancy[] = [];
  const tallies = tally(snapshot);
  for (const stock of snapshot.ticketTypes) {
    const [expected, found] = [expectedCounts(tallies.get(stock.name), stock), storedCounts(stock, snapshot)];
    if (isDeepStrictEqual(expected, found)) continue;
    discrepancies.push({
      ...aboutEvent(details.id, 'capacity_wrong', `counts of ${stock.name}`),
      ticketType: stock.name,
      expected,
      found,
      repair,
      cause:
        'the counts in Redis are not the sums of the holds and sales in Redis: too few or too many tickets are on sale',
      action: 'rebuild the inventory from PostgreSQL',
    });
  }
  const buyers = wrongBuyers(snapshot);
  if (buyers.length > 0) {
    discrepancies.push({
      ...aboutEvent(details.id, 'capacity_wrong', 'tickets per buyer'),
      expected: Object.fromEntries(buyers.map(({ userId, expected }) => [userId, expected])),
      found: Object.fromEntries(buyers.map(({ userId, found }) => [userId, found])),
      cause: 'the counts per buyer in Redis are not the sums of their holds and sales: the limit per buyer is not kept',
      action: 'rebuild the inventory from PostgreSQL',
      repair,
    });
  }
  if (!isDeepStrictEqual(consistent.counted, consistent.shown)) {
    discrepancies.push({
      ...aboutEvent(details.id, 'wrong_read_model', eventKey(details.id)),
      expected: consistent.counted,
      found: consistent.shown,
      cause: 'the read model of the event differs from its inventory: buyers see a wrong availability',
      action: 'rewrite the read model from the inventory',
      repair: { kind: 'publish_details' },
    });
  }
  return discrepancies;
}

interface Tally {
  held: number;
  sold: number;
  highest: number;
}

/** Sums of the reservations and sales by ticket type, in one pass. */
function tally({ reservations, sales }: InventorySnapshot): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  const add = (items: InventorySnapshot['free'], as: 'held' | 'sold'): void => {
    for (const { ticketType, serials } of items) {
      const known = tallies.get(ticketType) ?? { held: 0, sold: 0, highest: 0 };
      known[as] += serials.length;
      for (const serial of serials) known.highest = Math.max(known.highest, serial);
      tallies.set(ticketType, known);
    }
  };
  for (const { items } of reservations) add(items, 'held');
  for (const { items } of sales) add(items, 'sold');
  return tallies;
}

function expectedCounts(tallied: Tally | undefined, { next }: TicketTypeStock) {
  const { held, sold, highest } = tallied ?? { held: 0, sold: 0, highest: 0 };
  return { held, sold, free: Math.max(next, highest) - held - sold };
}

function storedCounts({ name, held, sold }: TicketTypeStock, { free }: InventorySnapshot) {
  return { held, sold, free: free.find(({ ticketType }) => ticketType === name)?.serials.length ?? 0 };
}

/** Maximum of buyers that one discrepancy names. */
const MAX_BUYERS = 10;

function wrongBuyers({ reservations, sales, buyers }: InventorySnapshot) {
  const ticketsOf = new Map<string, number>();
  for (const { userId, items } of [...reservations, ...sales]) {
    const tickets = items.reduce((sum, { serials }) => sum + serials.length, 0);
    ticketsOf.set(userId, (ticketsOf.get(userId) ?? 0) + tickets);
  }
  return [...new Set([...ticketsOf.keys(), ...buyers.keys()])]
    .map((userId) => ({ userId, expected: ticketsOf.get(userId) ?? 0, found: buyers.get(userId) ?? 0 }))
    .filter(({ expected, found }) => expected !== found)
    .slice(0, MAX_BUYERS);
}
