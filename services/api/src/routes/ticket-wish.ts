import { MAX_ITEMS_PER_PURCHASE, MAX_TICKETS_PER_PURCHASE } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { normaliseItems } from '../purchasing/purchase-request.js';
import type { RequestedItem } from '../purchasing/purchase-request.js';
import { eventId, givenTicketType, userId } from './schemas.js';

const quantity = z.int().min(1).max(MAX_TICKETS_PER_PURCHASE).openapi({ example: 2 });

const item = z.strictObject({ ticketType: givenTicketType, quantity });

/** How a body says which tickets are wanted; `faultsInWish` checks what these cannot say. */
export const wishFields = {
  eventId: z
    .union([eventId, z.int().min(0)])
    .transform(String)
    .openapi({
      type: ['string', 'integer'],
      description: 'The id of the event; a number is taken as text.',
      example: '1',
    }),
  quantity: quantity.optional(),
  ticketType: givenTicketType.optional().openapi({ description: "The event's first ticket type if it is left out." }),
  items: z
    .array(item)
    .min(1)
    .max(MAX_ITEMS_PER_PURCHASE)
    .optional()
    .openapi({ description: 'Tickets of several types, all or none of them. Instead of quantity and ticketType.' }),
  userId: userId
    .optional()
    .openapi({ description: "The buyer: the token's subject if it is left out. Only operators may name another." }),
};

export interface TicketWish {
  readonly quantity?: number | undefined;
  readonly ticketType?: string | undefined;
  readonly items?: readonly z.output<typeof item>[] | undefined;
}

/** Whether the body says anything about which tickets are wanted. */
export const saysTickets = ({ quantity: wanted, ticketType, items }: TicketWish): boolean =>
  wanted !== undefined || ticketType !== undefined || items !== undefined;

/** What is wrong with a wish, as pairs of field and message. */
export function faultsInWish(wish: TicketWish): readonly { readonly path: string; readonly message: string }[] {
  const faults: { path: string; message: string }[] = [];
  const complain = (path: string, message: string): void => void faults.push({ path, message });
  if (wish.items === undefined) {
    if (wish.quantity === undefined) complain('quantity', 'Say how many tickets, or give items.');
    return faults;
  }
  if (wish.quantity !== undefined || wish.ticketType !== undefined) {
    complain('items', 'Give either items or quantity and ticketType, not both.');
  }
  if (new Set(wish.items.map(({ ticketType }) => ticketType)).size < wish.items.length) {
    complain('items', 'Each ticket type may be named once.');
  }
  if (wish.items.reduce((sum, { quantity: wanted }) => sum + wanted, 0) > MAX_TICKETS_PER_PURCHASE) {
    complain('items', `One purchase may have at most ${MAX_TICKETS_PER_PURCHASE} tickets.`);
  }
  return faults;
}

/** What a body that `faultsInWish` has nothing to say about asks for, in one form. */
export function requestedItems(wish: TicketWish): readonly RequestedItem[] {
  if (wish.items !== undefined) return normaliseItems(wish.items);
  return [{ ticketType: wish.ticketType ?? null, quantity: wish.quantity ?? 1 }];
}
