import type { InventorySnapshot } from '@box-office/inventory';
import { listSeats, type BuyerRow, type HoldRow, type TicketRow } from '../reading/stores.js';
import type { Violation } from '../violation.js';

/**
 * The tickets counted towards a buyer's limit, in Redis and in PostgreSQL, are those that the buyer has: valid tickets
 * and tickets of active holds. (A quiescent system has no others.)
 */
export function compareBuyers(
  eventId: string,
  snapshot: InventorySnapshot,
  valid: readonly TicketRow[],
  active: readonly HoldRow[],
  buyerRows: readonly BuyerRow[],
): Violation[] {
  const owned = new Map<string, number>();
  const add = (userId: string, tickets: number): void => void owned.set(userId, (owned.get(userId) ?? 0) + tickets);
  for (const { userId } of valid) add(userId, 1);
  for (const { userId, items } of active) add(userId, listSeats(items).length);
  const inPostgres = new Map(
    buyerRows.filter((buyer) => buyer.eventId === eventId).map(({ userId, tickets }) => [userId, tickets]),
  );
  return [
    ...differences(eventId, owned, snapshot.buyers, 'Redis'),
    ...differences(eventId, owned, inPostgres, 'PostgreSQL'),
  ];
}

function differences(
  eventId: string,
  owned: ReadonlyMap<string, number>,
  counted: ReadonlyMap<string, number>,
  store: string,
): Violation[] {
  return [...new Set([...owned.keys(), ...counted.keys()])].flatMap((userId): Violation[] => {
    const [expected, found] = [owned.get(userId) ?? 0, counted.get(userId) ?? 0];
    if (expected === found) return [];
    const text = `the count of ${store} towards the limit of buyer ${userId} is not the number of the buyer's tickets`;
    return [{ invariant: 1, fault: 'buyer_count_differs', eventId, expected, found, text }];
  });
}
