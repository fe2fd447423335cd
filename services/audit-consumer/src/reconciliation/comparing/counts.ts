import { isDeepStrictEqual } from 'node:util';
import { eventKey } from '@box-office/contract';
import type { InventoryAtOnce, InventorySnapshot, TicketTypeStock } from '@box-office/inventory';
import type { EventRecord } from '@box-office/records';
import type { Difference, Repair } from '../difference.js';

/** Whether Redis's own counts are the sums of what it holds. Nothing but Redis is needed for it, of one moment. */
export function compareCounts(record: EventRecord, still: InventoryAtOnce): Difference[] {
  const { snapshot } = still;
  const rebuild: Repair = { do: 'rebuild', seen: record.generation, cause: 'its counts are not what they count' };
  const differences: Difference[] = [];
  const tallies = tally(snapshot);
  for (const stock of snapshot.ticketTypes) {
    const [expected, found] = [countsOf(tallies.get(stock.name), stock), shownBy(stock, snapshot)];
    if (isDeepStrictEqual(expected, found)) continue;
    differences.push({
      ...about(record, 'capacity_wrong', `counts of ${stock.name}`),
      ...{ ticketType: stock.name, expected, found, repair: rebuild },
      cause: 'the counts in Redis are not what the holds and sales there add up to',
      action: 'the inventory is to be built anew',
    });
  }
  const buyers = wrongBuyers(snapshot);
  if (buyers.length > 0) {
    differences.push({
      ...about(record, 'capacity_wrong', 'tickets per buyer'),
      expected: Object.fromEntries(buyers.map(({ userId, expected }) => [userId, expected])),
      found: Object.fromEntries(buyers.map(({ userId, found }) => [userId, found])),
      cause: 'what buyers have in Redis is not what the holds and sales there add up to',
      action: 'the inventory is to be built anew',
      repair: rebuild,
    });
  }
  if (!isDeepStrictEqual(still.counted, still.shown)) {
    differences.push({
      ...about(record, 'wrong_read_model', eventKey(record.facts.id)),
      ...{ expected: still.counted, found: still.shown },
      cause: 'what buyers are shown of the event is not what its inventory counts',
      action: 'it is to be written anew',
      repair: { do: 'write_facts' },
    });
  }
  return differences;
}

const about = (record: EventRecord, kind: Difference['kind'], subject: string) => ({
  kind,
  subject,
  eventId: record.facts.id,
  ticketType: null,
  purchaseId: null,
  about: [],
});

interface Tally {
  held: number;
  sold: number;
  highest: number;
}

/** What holds and sales add up to, by ticket type; one pass over all of them. */
function tally({ holds, sales }: InventorySnapshot): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  const add = (items: InventorySnapshot['free'], as: 'held' | 'sold'): void => {
    for (const { ticketType, serials } of items) {
      const known = tallies.get(ticketType) ?? { held: 0, sold: 0, highest: 0 };
      known[as] += serials.length;
      for (const serial of serials) known.highest = Math.max(known.highest, serial);
      tallies.set(ticketType, known);
    }
  };
  for (const { items } of holds) add(items, 'held');
  for (const { items } of sales) add(items, 'sold');
  return tallies;
}

function countsOf(tallied: Tally | undefined, { next }: TicketTypeStock) {
  const { held, sold, highest } = tallied ?? { held: 0, sold: 0, highest: 0 };
  return { held, sold, free: Math.max(next, highest) - held - sold };
}

function shownBy({ name, held, sold }: TicketTypeStock, { free }: InventorySnapshot) {
  return { held, sold, free: free.find(({ ticketType }) => ticketType === name)?.serials.length ?? 0 };
}

/** Most buyers that one difference names. */
const MOST_BUYERS = 10;

function wrongBuyers({ holds, sales, buyers }: InventorySnapshot) {
  const has = new Map<string, number>();
  for (const { userId, items } of [...holds, ...sales]) {
    const tickets = items.reduce((sum, { serials }) => sum + serials.length, 0);
    has.set(userId, (has.get(userId) ?? 0) + tickets);
  }
  return [...new Set([...has.keys(), ...buyers.keys()])]
    .map((userId) => ({ userId, expected: has.get(userId) ?? 0, found: buyers.get(userId) ?? 0 }))
    .filter(({ expected, found }) => expected !== found)
    .slice(0, MOST_BUYERS);
}
