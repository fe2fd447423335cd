import { MAX_ITEMS_PER_PURCHASE, MAX_TICKETS_PER_PURCHASE } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { normaliseItems } from '../../purchasing/purchase-request.js';
import type { RequestedItem } from '../../purchasing/purchase-request.js';
import { amountMinor, currency, eventId, ticket, ticketTypeName, userId } from '../schemas.js';

const quantity = z.int().min(1).max(MAX_TICKETS_PER_PURCHASE).openapi({ example: 2 });

const item = z.strictObject({ ticketType: ticketTypeName, quantity });

/** The body of a purchase as it is documented; `purchaseBody` checks what this cannot say. */
const fields = z.strictObject({
  eventId: z
    .union([eventId, z.int().min(0)])
    .transform(String)
    .openapi({
      type: ['string', 'integer'],
      description: 'The id of the event; a number is taken as text.',
      example: '1',
    }),
  quantity: quantity.optional(),
  ticketType: ticketTypeName.optional().openapi({ description: "The event's first ticket type if it is left out." }),
  items: z
    .array(item)
    .min(1)
    .max(MAX_ITEMS_PER_PURCHASE)
    .optional()
    .openapi({ description: 'Tickets of several types, all or none of them. Instead of quantity and ticketType.' }),
  userId: userId
    .optional()
    .openapi({ description: "The buyer: the token's subject if it is left out. Only operators may name another." }),
  payment: z.strictObject({
    method: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, 'A payment method has 1 to 128 visible ASCII characters.')
      .openapi({
        description: "The payment provider's token for the buyer's means of payment.",
        example: 'pm_approve',
      }),
  }),
});

export const purchaseBody = fields
  .superRefine((body, context) => {
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (body.items === undefined) {
      if (body.quantity === undefined) complain('quantity', 'Say how many tickets, or give items.');
      return;
    }
    if (body.quantity !== undefined || body.ticketType !== undefined) {
      complain('items', 'Give either items or quantity and ticketType, not both.');
    }
    if (new Set(body.items.map(({ ticketType }) => ticketType)).size < body.items.length) {
      complain('items', 'Each ticket type may be named once.');
    }
    if (body.items.reduce((sum, { quantity: wanted }) => sum + wanted, 0) > MAX_TICKETS_PER_PURCHASE) {
      complain('items', `One purchase may have at most ${MAX_TICKETS_PER_PURCHASE} tickets.`);
    }
  })
  .openapi('PurchaseRequest');

/** What the body asks for, in one form. */
export function requestedItems(body: z.output<typeof purchaseBody>): readonly RequestedItem[] {
  if (body.items !== undefined) return normaliseItems(body.items);
  return [{ ticketType: body.ticketType ?? null, quantity: body.quantity ?? 1 }];
}

export const confirmedPurchase = z
  .object({
    purchaseId: z.uuid(),
    status: z.literal('confirmed'),
    transactionId: z.string().openapi({ example: '7H8M3K0Q2V5Y9B4C6D1F8G3J2N' }),
    tickets: z.array(ticket),
    amountMinor,
    currency,
  })
  .openapi('ConfirmedPurchase');

export const openPurchase = z
  .object({ purchaseId: z.uuid(), status: z.literal('open'), statusUrl: z.string() })
  .openapi('OpenPurchase');

export const idempotencyKeyHeader = z.object({
  'Idempotency-Key': z.string().min(1).max(255).openapi({
    description:
      'Any text of your own, new for each purchase. A repeat with the same key and body gets the same answer and never buys twice.',
    example: '0d9f6f0c-5f2e-4c39-8f0e-9a6f3f6b7a11',
  }),
});
