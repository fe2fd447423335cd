import { z } from 'zod';

/** So many tickets of a type, or of the event's first type where the buyer named none. */
export interface RequestedItem {
  readonly ticketType: string | null;
  readonly quantity: number;
}

/** Items of a request as the record of its key has them. */
export const keptItems = z
  .array(z.object({ ticketType: z.string().nullable(), quantity: z.int().min(1) }))
  .min(1) satisfies z.ZodType<readonly RequestedItem[]>;

/** Orders items by type, so that the same selection in another order is the same request. */
export function normaliseItems(items: readonly RequestedItem[]): readonly RequestedItem[] {
  if (items.length < 2) return items;
  return items.toSorted((a, b) => ((a.ticketType ?? '') < (b.ticketType ?? '') ? -1 : 1));
}
