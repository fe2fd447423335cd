import type { SerialRange } from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import { seatsOf, type TicketOnRecord } from '../reading/stores.js';
import type { Violation } from '../violation.js';

interface Owned {
  readonly purchaseId: string;
  readonly items: readonly SerialRange[];
}

/** The serials of one ticket type that each of these purchases has. */
export function serialsByPurchase(owners: readonly Owned[], ticketType: string): [string, readonly number[]][] {
  return owners.flatMap(({ purchaseId, items }) =>
    items
      .filter((item) => item.ticketType === ticketType)
      .map(({ serials }): [string, readonly number[]] => [purchaseId, serials]),
  );
}

/**
 * Whose each serial is in Redis, against the tickets: each sale there is a purchase's valid tickets, each hold belongs
 * to somebody who may still buy, and each buyer's count is what the buyer has.
 */
export function compareOwners(
  eventId: string,
  snapshot: InventorySnapshot,
  valid: readonly TicketOnRecord[],
  open: ReadonlySet<string>,
): Violation[] {
  return [
    ...compareSales(eventId, snapshot, valid),
    ...orphanedHolds(eventId, snapshot, open),
    ...compareBuyers(eventId, snapshot, valid),
  ];
}

function compareSales(eventId: string, snapshot: InventorySnapshot, valid: readonly TicketOnRecord[]): Violation[] {
  const inRedis = new Map(snapshot.sales.map((sale) => [sale.purchaseId, seatsOf(ticketsIn(sale))]));
  const onRecord = new Map<string, TicketOnRecord[]>();
  for (const ticket of valid) onRecord.set(ticket.purchaseId, [...(onRecord.get(ticket.purchaseId) ?? []), ticket]);
  const violations: Violation[] = [];
  for (const purchaseId of new Set([...inRedis.keys(), ...onRecord.keys()])) {
    const expected = seatsOf(onRecord.get(purchaseId) ?? []);
    const found = inRedis.get(purchaseId) ?? '';
    if (expected === found) continue;
    violations.push({
      invariant: 1,
      fault: 'sale_differs',
      eventId,
      purchaseId,
      expected,
      found,
      text: 'the sale in Redis is not the valid tickets of its purchase',
    });
  }
  return violations;
}

function orphanedHolds(eventId: string, snapshot: InventorySnapshot, open: ReadonlySet<string>): Violation[] {
  return snapshot.holds
    .filter(({ purchaseId }) => !open.has(purchaseId))
    .map((hold) => ({
      invariant: 1,
      fault: 'orphaned_hold',
      eventId,
      purchaseId: hold.purchaseId,
      expected: 'no hold',
      found: seatsOf(ticketsIn(hold)),
      text: 'Redis holds tickets for a purchase that is over or never was',
    }));
}

function compareBuyers(eventId: string, snapshot: InventorySnapshot, valid: readonly TicketOnRecord[]): Violation[] {
  const has = new Map<string, number>();
  const add = (userId: string, tickets: number): void => void has.set(userId, (has.get(userId) ?? 0) + tickets);
  for (const { userId } of valid) add(userId, 1);
  for (const hold of snapshot.holds) add(hold.userId, ticketsIn(hold).length);
  const violations: Violation[] = [];
  for (const userId of new Set([...has.keys(), ...snapshot.buyers.keys()])) {
    const [expected, found] = [has.get(userId) ?? 0, snapshot.buyers.get(userId) ?? 0];
    if (expected === found) continue;
    violations.push({
      invariant: 1,
      fault: 'buyer_count_differs',
      eventId,
      expected,
      found,
      text: `the count towards the limit of buyer ${userId} is not what the buyer has`,
    });
  }
  return violations;
}

/** Every serial up to the highest handed out is either somebody's or free to be handed out again, never both. */
export function compareFreeSerials(eventId: string, snapshot: InventorySnapshot): Violation[] {
  return snapshot.ticketTypes.flatMap(({ name, next }) => {
    const owned = serialsByPurchase([...snapshot.holds, ...snapshot.sales], name).flatMap(([, serials]) => serials);
    const taken = new Set(owned);
    const expected: number[] = [];
    for (let serial = 1; serial <= next; serial++) if (!taken.has(serial)) expected.push(serial);
    const found = snapshot.free.find(({ ticketType }) => ticketType === name)?.serials ?? [];
    const inRange = owned.every((serial) => serial <= next) && taken.size === owned.length;
    if (inRange && expected.join() === found.join()) return [];
    return [
      {
        invariant: 1 as const,
        fault: 'free_serials_differ',
        eventId,
        ticketType: name,
        expected: inRange ? expected : 'each serial with one owner, none above the highest handed out',
        found,
        text: 'the serials that came back are not those that nobody has',
      },
    ];
  });
}

const ticketsIn = ({ items }: Owned): { ticketType: string; serial: number }[] =>
  items.flatMap(({ ticketType, serials }) => serials.map((serial) => ({ ticketType, serial })));
