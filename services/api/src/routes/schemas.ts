import { z } from '@hono/zod-openapi';

// Shapes that several endpoints share.

/** Event ids stand in Redis keys, where braces would choose the cluster slot. */
export const eventId = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'An event id has 1 to 64 letters, digits, hyphens or underscores.')
  .openapi({ example: '1' });

/** Text that people write, as every store can keep it: no control characters but line breaks and tabs, no half characters. */
export const written = z
  .string()
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, 'Text has no control characters but line breaks and tabs.');

/** Whom a purchase or a ticket belongs to: the subject of a token. */
export const userId = z
  .string()
  .regex(/^[^\s\p{Cc}\p{Cs}]{1,128}$/u, 'A user id has 1 to 128 characters and no white space.')
  .openapi({ example: 'user_1' });

export const ticketTypeName = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{1,64}$/u, 'A ticket type has 1 to 64 printable characters.')
  .openapi({ example: 'Standard' });

export const paymentMethod = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'A payment method has 1 to 128 visible ASCII characters.')
  .openapi({
    description: "The payment provider's token for the buyer's means of payment.",
    example: 'pm_approve',
  });

export const amountMinor = z
  .int()
  .min(0)
  .openapi({ description: "In the currency's minor unit (cents, öre, yen).", example: 9000 });

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'An ISO 4217 code.')
  .openapi({ example: 'EUR' });

export const instant = z.iso.datetime({ offset: true }).openapi({ example: '2027-06-01T19:00:00Z' });

export const ticket = z
  .object({
    ticketId: z.uuid(),
    ticketType: ticketTypeName,
    serial: z.int().min(1).openapi({ description: 'Counts from 1 for each event and ticket type.' }),
  })
  .openapi('Ticket');

/** A ticket that its buyer has. */
export const heldTicket = ticket
  .extend({
    status: z.enum(['valid', 'cancelling']).openapi({
      description: '`cancelling`: a cancellation has claimed it and its refund is not done yet; it is valid no more.',
    }),
  })
  .openapi('HeldTicket');

/** What cancellations give back, each amount true at this moment. */
export const refundAmounts = {
  requestedMinor: amountMinor.openapi({ description: 'The price of what is cancelled or being cancelled.' }),
  refundedMinor: amountMinor.openapi({ description: 'What the payment provider has confirmed as refunded.' }),
  pendingMinor: amountMinor.openapi({ description: 'What is still to be refunded, or to be confirmed.' }),
  skippedMinor: amountMinor.openapi({
    description: 'What an operator decided to pay back by hand: it was not refunded through the payment provider.',
  }),
};

/** Query parameters of a paged list. */
export const page = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().min(1).max(128).optional().openapi({ description: 'The `next` of the page before.' }),
});

export const nextCursor = z
  .string()
  .nullable()
  .openapi({ description: 'Give it as `after` to get the next page; null on the last one.' });

export const problemDetails = z
  .object({
    type: z
      .string()
      .openapi({ description: 'Names the kind of problem and leads to its page.', example: '/problems/sold-out' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    purchaseId: z
      .uuid()
      .optional()
      .openapi({ description: 'The purchase that was asked for, or the one that has its hold.' }),
    reason: z.string().optional(),
    ticketType: z.string().optional(),
    available: z.int().optional().openapi({ description: 'How many tickets of the type are left.' }),
    limit: z.int().optional().openapi({ description: 'Most tickets that one buyer may have for the event.' }),
    held: z.int().optional().openapi({ description: 'How many of them the buyer has.' }),
    amountMinor: amountMinor.optional().openapi({ description: 'What the purchase costs now.' }),
    currency: currency.optional(),
    tickets: z.array(z.uuid()).optional().openapi({ description: 'Ids of tickets that are not of the purchase.' }),
    until: instant.optional().openapi({ description: 'Until when it would have been possible.' }),
    holdLapsed: z
      .boolean()
      .optional()
      .openapi({ description: 'True if the hold that the purchase named could not be used any more.' }),
  })
  .openapi('Problem', { description: 'Problem details as in RFC 9457.' });
