import { MAX_ITEMS_PER_PURCHASE, MAX_TICKETS_PER_PURCHASE } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { normaliseItems, type RequestedItem } from './requested-items.js';
import { eventId, givenTicketType, userId } from '../http/schemas.js';

const quantity = z.int().min(1).max(MAX_TICKETS_PER_PURCHASE).openapi({ example: 2 });

const item = z.strictObject({ ticketType: givenTicketType, quantity });

/** The fields that select tickets; `validateSelection` checks what the schemas cannot. */
export const selectionFields = {
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

export interface TicketSelection {
  readonly quantity?: number | undefined;
  readonly ticketType?: string | undefined;
  readonly items?: readonly z.output<typeof item>[] | undefined;
}

/** Whether the body selects any tickets. */
export const selectsTickets = ({ quantity: wanted, ticketType, items }: TicketSelection): boolean =>
  wanted !== undefined || ticketType !== undefined || items !== undefined;

/** What is wrong with a selection, as pairs of field and message. */
export function validateSelection(
  selection: TicketSelection,
): readonly { readonly path: string; readonly message: string }[] {
  const faults: { path: string; message: string }[] = [];
  const report = (path: string, message: string): void => void faults.push({ path, message });
  if (selection.items === undefined) {
    if (selection.quantity === undefined) report('quantity', 'Say how many tickets, or give items.');
    return faults;
  }
  if (selection.quantity !== undefined || selection.ticketType !== undefined) {
    report('items', 'Give either items or quantity and ticketType, not both.');
  }
  if (new Set(selection.items.map(({ ticketType }) => ticketType)).size < selection.items.length) {
    report('items', 'Each ticket type may be named once.');
  }
  if (selection.items.reduce((sum, { quantity: wanted }) => sum + wanted, 0) > MAX_TICKETS_PER_PURCHASE) {
    report('items', `One purchase may have at most ${MAX_TICKETS_PER_PURCHASE} tickets.`);
  }
  return faults;
}

/** The items of a valid selection, in one form. */
export function requestedItems(selection: TicketSelection): readonly RequestedItem[] {
  if (selection.items !== undefined) return normaliseItems(selection.items);
  return [{ ticketType: selection.ticketType ?? null, quantity: selection.quantity ?? 1 }];
}
