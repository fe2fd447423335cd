import type { EventFacts, SerialRange } from '@box-office/contract';
import type { InventoryContents } from './outcomes.js';
import { toWire } from './wire.js';

interface TypeCount {
  next: number;
  held: number;
  sold: number;
}

/** Contents counted and put into the form of the stored keys. */
export interface CountedContents {
  readonly stock: Readonly<Record<string, Readonly<TypeCount>>>;
  /** Free serials by ticket type: the gaps below the highest serial held or sold. */
  readonly free: readonly SerialRange[];
  /** Fields and values of the hashes. */
  readonly holds: readonly (readonly [string, string])[];
  readonly sales: readonly (readonly [string, string])[];
  readonly buyers: readonly (readonly [string, string])[];
}

/**
 * @throws RangeError if PostgreSQL's contents contradict themselves: a serial with two owners or above its total, a
 *   purchase that occurs twice, an unknown ticket type. Nothing may be sold from such an inventory.
 */
export function countContents(facts: EventFacts, contents: InventoryContents): CountedContents {
  const owned = new Map(facts.ticketTypes.map(({ name }) => [name, new Set<number>()]));
  const stock: Record<string, TypeCount> = Object.fromEntries(
    facts.ticketTypes.map(({ name }) => [name, { next: 0, held: 0, sold: 0 }]),
  );
  const totals = new Map(facts.ticketTypes.map(({ name, total }) => [name, total]));
  const buyers = new Map<string, number>();
  const purchases = new Set<string>();

  const count = (
    purchase: { readonly purchaseId: string; readonly userId: string; readonly items: readonly SerialRange[] },
    as: 'held' | 'sold',
  ): void => {
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
  for (const hold of contents.holds) count(hold, 'held');
  for (const sale of contents.sales) count(sale, 'sold');

  const free = [...owned].map(([ticketType, taken]) => {
    const serials: number[] = [];
    for (let serial = 1; serial < (stock[ticketType]?.next ?? 0); serial++)
      if (!taken.has(serial)) serials.push(serial);
    return { ticketType, serials };
  });
  return {
    stock,
    free,
    holds: contents.holds.map(({ purchaseId, epoch, userId, items }) => [
      purchaseId,
      toWire({ epoch, userId, heldSinceMs: 0, items }),
    ]),
    sales: contents.sales.map(({ purchaseId, userId, items }) => [purchaseId, toWire({ userId, items })]),
    buyers: [...buyers].map(([userId, tickets]) => [userId, String(tickets)]),
  };
}
