import { HOLD_STATUSES } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { eventId, instant, problemDetails, serials, userId } from '../schemas.js';
import { faultsInWish, wishFields } from '../ticket-wish.js';

/** The body of a hold; `seconds` is bounded by the handler, because the bound is configured. */
export const holdBody = z
  .strictObject({
    ...wishFields,
    seconds: z
      .int()
      .min(1)
      .optional()
      .openapi({ description: 'How long the tickets are to be kept; the usual time if it is left out.', example: 600 }),
  })
  .superRefine((body, context) => {
    for (const { path, message } of faultsInWish(body)) context.addIssue({ code: 'custom', path: [path], message });
  })
  .openapi('HoldRequest');

export const takenHold = z
  .object({ holdId: z.uuid(), eventId, items: serials, expiresAt: instant })
  .openapi('TakenHold', { description: 'What was held and until when; it may have been used or given back since.' });

export const openHold = z
  .object({ holdId: z.uuid(), status: z.literal('open'), statusUrl: z.string() })
  .openapi('OpenHold');

export const holdView = z
  .object({
    holdId: z.uuid(),
    status: z.enum(['open', ...HOLD_STATUSES]).openapi({
      description:
        '`open`: it is being taken. `active`: the tickets are kept. `used` by a purchase, `expired`, `released` and ' +
        '`refused` are final.',
    }),
    userId,
    eventId,
    items: serials.optional(),
    expiresAt: instant.optional(),
    purchaseId: z.uuid().optional().openapi({ description: 'The purchase that used it.' }),
    problem: problemDetails.optional().openapi({ description: 'Why nothing was held.' }),
  })
  .openapi('Hold');

export type HoldView = z.input<typeof holdView>;
