import { HOLD_STATUSES } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import {
  amountMinor,
  currency,
  eventId,
  instant,
  problemDetails,
  quotedFees,
  ticketTypeName,
  userId,
} from '../http/schemas.js';
import { validateSelection, selectionFields } from '../ticket/ticket-selection.js';

/** The body of a hold; `seconds` is bounded by the handler, because the bound is configured. */
export const holdBody = z
  .strictObject({
    ...selectionFields,
    seconds: z
      .int()
      .min(1)
      .optional()
      .openapi({ description: 'How long the tickets are held; a default time if it is left out.', example: 600 }),
  })
  .superRefine((body, context) => {
    for (const { path, message } of validateSelection(body))
      context.addIssue({ code: 'custom', path: [path], message });
  })
  .openapi('HoldRequest');

const heldItems = z
  .array(
    z.object({
      ticketType: ticketTypeName,
      serials: z.array(z.int().min(1)),
      priceMinor: amountMinor.openapi({ description: 'Price of one, tax included, which the hold keeps.' }),
      taxRatePpm: z.int().openapi({ description: 'Rate of the tax in it, in millionths: 70000 is 7 %.' }),
    }),
  )
  .openapi({ description: 'Serial numbers by ticket type, ascending, and at which price.' });

const heldAmount = amountMinor.openapi({
  description: 'What a purchase pays that uses the hold, whatever the price is by then.',
});

const heldTax = amountMinor.openapi({ description: 'The tax that `amountMinor` includes.' });

export const takenHold = z
  .object({
    holdId: z.uuid(),
    eventId,
    items: heldItems,
    fees: quotedFees,
    amountMinor: heldAmount,
    taxMinor: heldTax,
    currency,
    expiresAt: instant,
  })
  .openapi('TakenHold', { description: 'What was held and until when; it may have been used or released since.' });

export const openHold = z
  .object({ holdId: z.uuid(), status: z.literal('open'), statusUrl: z.string() })
  .openapi('OpenHold');

export const holdView = z
  .object({
    holdId: z.uuid(),
    status: z.enum(['open', ...HOLD_STATUSES]).openapi({
      description:
        '`open`: it is being taken. `active`: the tickets are kept. `in_use`: a purchase is buying them; if it ends without ' +
        'tickets, the hold is `active` again until `expiresAt`. `used`: a purchase has bought them. `used`, `expired`, ' +
        '`released` and `refused` are final.',
    }),
    userId,
    eventId,
    items: heldItems.optional(),
    fees: quotedFees.optional(),
    amountMinor: heldAmount.optional(),
    taxMinor: heldTax.optional(),
    currency: currency.optional(),
    expiresAt: instant.optional(),
    purchaseId: z.uuid().optional().openapi({ description: 'The purchase that uses it or has used it.' }),
    problem: problemDetails.optional().openapi({ description: 'Why nothing was held.' }),
  })
  .openapi('Hold');

export type HoldView = z.input<typeof holdView>;
