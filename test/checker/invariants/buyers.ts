import type { InventorySnapshot } from '@box-office/inventory';
import { seatsIn, type BuyerOnRecord, type HoldOnRecord, type TicketOnRecord } from '../reading/stores.js';
import type { Violation } from '../violation.js';

/**
 * What counts towards the limit per buyer, in Redis and in PostgreSQL, is what each buyer has: the valid tickets and
 * those of holds. (At rest there are no others.)
 */
export function compareBuyers(
  eventId: string,
  snapshot: InventorySnapshot,
  valid: readonly TicketOnRecord[],
  active: readonly HoldOnRecord[],
  onRecord: readonly BuyerOnRecord[],
): Violation[] {
  const has = new Map<string, number>();
  const add = (userId: string, tickets: number): void => void has.set(userId, (has.get(userId) ?? 0) + tickets);
  for (const { userId } of valid) add(userId, 1);
  for (const { userId, items } of active) add(userId, seatsIn(items).length);
  const inPostgres = new Map(
    onRecord.filter((buyer) => buyer.eventId === eventId).map(({ userId, tickets }) => [userId, tickets]),
  );
  return [
    ...differences(eventId, has, snapshot.buyers, 'Redis'),
    ...differences(eventId, has, inPostgres, 'PostgreSQL'),
  ];
}

function differences(
  eventId: string,
  has: ReadonlyMap<string, number>,
  counted: ReadonlyMap<string, number>,
  where: string,
): Violation[] {
  return [...new Set([...has.keys(), ...counted.keys()])].flatMap((userId): Violation[] => {
    const [expected, found] = [has.get(userId) ?? 0, counted.get(userId) ?? 0];
    if (expected === found) return [];
    const text = `what ${where} counts towards the limit of buyer ${userId} is not what the buyer has`;
    return [{ invariant: 1, fault: 'buyer_count_differs', eventId, expected, found, text }];
  });
}
