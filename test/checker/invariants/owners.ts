import type { SerialRange } from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import { listSeats, formatSeats, type HoldRow, type TicketRow } from '../reading/stores.js';
import type { Violation } from '../violation.js';

interface Owned {
  readonly purchaseId: string;
  readonly items: readonly SerialRange[];
}

/** The serials of one ticket type, by purchase. */
export function serialsByPurchase(owners: readonly Owned[], ticketType: string): [string, readonly number[]][] {
  return owners.flatMap(({ purchaseId, items }) =>
    items
      .filter((item) => item.ticketType === ticketType)
      .map(({ serials }): [string, readonly number[]] => [purchaseId, serials]),
  );
}

/**
 * Each sale in Redis has exactly the valid tickets of its purchase, and each purchase with valid tickets has a sale.
 */
export function compareSales(eventId: string, snapshot: InventorySnapshot, valid: readonly TicketRow[]): Violation[] {
  const inRedis = new Map(snapshot.sales.map((sale) => [sale.purchaseId, formatSeats(listSeats(sale.items))]));
  const inPostgres = new Map<string, TicketRow[]>();
  for (const ticket of valid) {
    inPostgres.set(ticket.purchaseId, [...(inPostgres.get(ticket.purchaseId) ?? []), ticket]);
  }
  const violations: Violation[] = [];
  for (const purchaseId of new Set([...inRedis.keys(), ...inPostgres.keys()])) {
    const expected = formatSeats(inPostgres.get(purchaseId) ?? []);
    const found = inRedis.get(purchaseId) ?? '';
    if (expected === found) continue;
    violations.push({
      invariant: 1,
      fault: 'sale_differs',
      eventId,
      purchaseId,
      expected,
      found,
      text: 'the sale in Redis does not have the valid tickets of its purchase',
    });
  }
  return violations;
}

/**
 * Each reservation in Redis belongs to an open purchase or to an active hold with the same serials, and each active
 * hold is in Redis.
 */
export function compareHolds(
  eventId: string,
  snapshot: InventorySnapshot,
  active: readonly HoldRow[],
  open: ReadonlySet<string>,
): Violation[] {
  const activeSeats = new Map(active.map(({ holdId, items }) => [holdId, formatSeats(listSeats(items))]));
  const inRedis = new Map(
    snapshot.reservations.map(({ purchaseId, items }) => [purchaseId, formatSeats(listSeats(items))]),
  );
  const orphaned = [...inRedis].flatMap(([purchaseId, found]): Violation[] => {
    if (open.has(purchaseId) || activeSeats.has(purchaseId)) return [];
    const text = 'Redis holds tickets for a purchase or hold that has ended or does not exist';
    return [{ invariant: 1, fault: 'orphaned_hold', eventId, purchaseId, expected: 'no hold', found, text }];
  });
  const differing = [...activeSeats].flatMap(([holdId, expected]): Violation[] => {
    const found = inRedis.get(holdId) ?? '';
    if (found === expected) return [];
    const text = `hold ${holdId} is active, and Redis does not hold its tickets`;
    return [{ invariant: 1, fault: 'hold_differs', eventId, expected, found, text }];
  });
  return [...orphaned, ...differing];
}

/** Every serial up to the highest one issued either has an owner or is free to be issued again, never both. */
export function compareFreeSerials(eventId: string, snapshot: InventorySnapshot): Violation[] {
  return snapshot.ticketTypes.flatMap(({ name, next }) => {
    const owned = serialsByPurchase([...snapshot.reservations, ...snapshot.sales], name).flatMap(
      ([, serials]) => serials,
    );
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
        expected: inRange ? expected : 'each serial with one owner, none above the highest issued',
        found,
        text: 'the free serials are not those without an owner',
      },
    ];
  });
}
