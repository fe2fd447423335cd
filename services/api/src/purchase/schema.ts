import { z } from '@hono/zod-openapi';
import { URL_CHARACTERS, amountMinor, currency, longText, paymentMethod, ticket } from '../http/schemas.js';
import { validateSelection, selectsTickets, selectionFields } from '../ticket/ticket-selection.js';
import { nextAction } from './next-action.js';

/** The body of a purchase as it is documented; `purchaseBody` checks what this cannot say. */
const fields = z.strictObject({
  ...selectionFields,
  ticketType: selectionFields.ticketType.openapi({
    description:
      "If it is left out: the ticket type of the hold, where the purchase names a hold; else the event's first one.",
  }),
  holdId: z
    .uuid()
    .transform((id) => id.toLowerCase())
    .optional()
    .openapi({
      type: 'string',
      description:
        'A hold of the buyer whose tickets are to be bought, at the price that it keeps. They need not be named then; ' +
        'if they are, they must agree with the hold. If it has ' +
        'lapsed or was given back, the purchase continues without it, if enough tickets are left and the price is the same. A purchase that ' +
        'ends without tickets leaves them to the hold, for another one with a new key.',
    }),
  expectedAmountMinor: amountMinor.optional().openapi({
    description:
      'The total that the buyer expects to pay. At another price nothing is bought, and the answer (409 `price-changed`) names it; ' +
      'that is final for this key. It is part of the request: with another amount the same key is another request.',
    example: 5000,
  }),
  complimentary: z
    .strictObject({ reason: longText(500, { min: 1 }).openapi({ example: 'A guest of the band' }) })
    .optional()
    .openapi({
      description:
        'Operators only: the tickets cost nothing, fees included, and the audit log has the reason. The event need not be on ' +
        'sale; it must be neither cancelled nor over. Name whom they are for in `userId`, or give them on by a transfer. ' +
        'Not together with `holdId` or `payment`.',
    }),
  payment: z
    .strictObject({
      method: paymentMethod,
      returnUrl: z
        .url({ protocol: /^https?$/ })
        .max(2_048)
        .refine(...URL_CHARACTERS)
        .optional()
        .openapi({
          description:
            'Where the buyer comes back to after an authentication (3-D Secure, for example). Its origin is one of those that ' +
            'the operator allows. With it a purchase whose payment needs the buyer is answered 202 with `nextAction`; without ' +
            'it, such a payment is declined. It is part of the request.',
          example: 'https://shop.example/checkout/return',
        }),
    })
    .optional()
    .openapi({
      description:
        'Required unless the tickets cost nothing: a purchase that costs something is refused without it, with 422 ' +
        '`payment-required`, and nothing is charged or held. It is not used for tickets that cost nothing.',
    }),
});

export const purchaseBody = fields
  .superRefine((body, context) => {
    for (const field of ['holdId', 'payment'] as const) {
      if (body.complimentary === undefined || body[field] === undefined) continue;
      context.addIssue({ code: 'custom', path: [field], message: 'Complimentary tickets have none: leave it out.' });
    }
    if (body.holdId !== undefined && !selectsTickets(body)) return;
    for (const { path, message } of validateSelection(body))
      context.addIssue({ code: 'custom', path: [path], message });
  })
  .openapi('PurchaseRequest');

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
  .object({
    purchaseId: z.uuid(),
    status: z.literal('open'),
    statusUrl: z.string(),
    nextAction: nextAction.optional().openapi({
      description: 'What the buyer has to do: the purchase waits for it. It is not there if nothing is to be done.',
    }),
  })
  .openapi('OpenPurchase');
