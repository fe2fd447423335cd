import { setImmediate as otherWork } from 'node:timers/promises';
import type { EventDetails, SerialRange } from '@box-office/contract';
import type { InventoryContents, SoldPurchase } from './outcomes.js';

/** Purchases that are counted before the process does other work. */
const AT_ONCE = 1_000;

interface TypeCount {
  next: number;
  held: number;
  sold: number;
}

/** What an inventory's contents add up to. */
export interface CountedContents {
  readonly stock: Readonly<Record<string, Readonly<TypeCount>>>;
  /** Free serials by ticket type: the gaps below the highest serial held or sold. */
  readonly free: readonly SerialRange[];
  /** Tickets held and bought, by user id. */
  readonly buyers: ReadonlyMap<string, number>;
}

/**
 * Counts what an inventory is to hold. However much that is, the process continues its other work.
 *
 * @throws RangeError if PostgreSQL's contents contradict themselves: a serial with two owners or above its total, a
 *   purchase that occurs twice, an unknown ticket type. Nothing may be sold from such an inventory.
 */
export async function countContents(details: EventDetails, contents: InventoryContents): Promise<CountedContents> {
  const owned = new Map(details.ticketTypes.map(({ name }) => [name, new Set<number>()]));
  const stock: Record<string, TypeCount> = Object.fromEntries(
    details.ticketTypes.map(({ name }) => [name, { next: 0, held: 0, sold: 0 }]),
  );
  const totals = new Map(details.ticketTypes.map(({ name, total }) => [name, total]));
  const buyers = new Map<string, number>();
  const purchases = new Set<string>();

  const count = (purchase: SoldPurchase, as: 'held' | 'sold'): void => {
    if (purchases.has(purchase.purchaseId)) throw new RangeError(`purchase ${purchase.purchaseId} occurs twice`);
    purchases.add(purchase.purchaseId);
    for (const { ticketType, serials } of purchase.items) {
      const taken = owned.get(ticketType);
      const counter = stock[ticketType];
      if (!taken || !counter) throw new RangeError(`${ticketType} of ${purchase.purchaseId} is no ticket type`);
      for (const serial of serials) {
        if (!Number.isInteger(serial) || serial < 1 || serial > (totals.get(ticketType) ?? 0) || taken.has(serial)) {
          throw new RangeError(`serial ${serial} of ${ticketType} cannot be ${purchase.purchaseId}'s`);
        }
        taken.add(serial);
        counter.next = Math.max(counter.next, serial);
      }
      counter[as] += serials.length;
      buyers.set(purchase.userId, (buyers.get(purchase.userId) ?? 0) + serials.length);
    }
  };
  for (const slice of slicesOf(contents.reservations, AT_ONCE)) {
    for (const reservation of slice) count(reservation, 'held');
    await otherWork();
  }
  for (const slice of slicesOf(contents.sales, AT_ONCE)) {
    for (const sale of slice) count(sale, 'sold');
    await otherWork();
  }

  const free = [...owned].map(([ticketType, taken]) => {
    const serials: number[] = [];
    for (let serial = 1; serial < (stock[ticketType]?.next ?? 0); serial++)
      if (!taken.has(serial)) serials.push(serial);
    return { ticketType, serials };
  });
  return { stock, free, buyers };
}

export function* slicesOf<T>(list: readonly T[], length: number): Generator<readonly T[], void, undefined> {
  for (let first = 0; first < list.length; first += length) yield list.slice(first, first + length);
}
