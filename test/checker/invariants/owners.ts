import type { SerialRange } from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import { seatsIn, seatsOf, type HoldOnRecord, type TicketOnRecord } from '../reading/stores.js';
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

/** Each sale in Redis is the valid tickets of its purchase, and the other way round. */
export function compareSales(
  eventId: string,
  snapshot: InventorySnapshot,
  valid: readonly TicketOnRecord[],
): Violation[] {
  const inRedis = new Map(snapshot.sales.map((sale) => [sale.purchaseId, seatsOf(seatsIn(sale.items))]));
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

/**
 * Each hold in Redis belongs to somebody who may still buy: a purchase that is open, or a timed hold that stands, with its
 * very serials; and each timed hold that stands is in Redis.
 */
export function compareHolds(
  eventId: string,
  snapshot: InventorySnapshot,
  active: readonly HoldOnRecord[],
  open: ReadonlySet<string>,
): Violation[] {
  const standing = new Map(active.map(({ holdId, items }) => [holdId, seatsOf(seatsIn(items))]));
  const inRedis = new Map(snapshot.holds.map(({ purchaseId, items }) => [purchaseId, seatsOf(seatsIn(items))]));
  const orphaned = [...inRedis].flatMap(([purchaseId, found]): Violation[] => {
    if (open.has(purchaseId) || standing.has(purchaseId)) return [];
    const text = 'Redis holds tickets for a purchase or hold that is over or never was';
    return [{ invariant: 1, fault: 'orphaned_hold', eventId, purchaseId, expected: 'no hold', found, text }];
  });
  const differing = [...standing].flatMap(([holdId, expected]): Violation[] => {
    const found = inRedis.get(holdId) ?? '';
    if (found === expected) return [];
    const text = `hold ${holdId} stands, and Redis does not hold its tickets`;
    return [{ invariant: 1, fault: 'hold_differs', eventId, expected, found, text }];
  });
  return [...orphaned, ...differing];
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
