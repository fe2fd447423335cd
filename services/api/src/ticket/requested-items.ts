import { z } from 'zod';

/** So many tickets of a type, or of the event's first type where the buyer named none. */
const requestedItem = z.object({ ticketType: z.string().nullable(), quantity: z.int().min(1) }).readonly();
export type RequestedItem = z.output<typeof requestedItem>;

/** Items of a request: sorted by ticket type, types distinct; an item without a type is the only one. */
export const keptItems = z.array(requestedItem).min(1).readonly();

/** Orders items by type, so that the same selection in another order is the same request. */
export function normaliseItems(items: readonly RequestedItem[]): readonly RequestedItem[] {
  if (items.length < 2) return items;
  return items.toSorted((a, b) => ((a.ticketType ?? '') < (b.ticketType ?? '') ? -1 : 1));
}
