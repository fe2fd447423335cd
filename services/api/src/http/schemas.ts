import {
  CARD_NUMBER_REFUSED,
  nameFault,
  textFault,
  INSTANT_FORM,
  isCardNumber,
  isCurrency,
  normaliseName,
  normalisePersonName,
  normaliseText,
  parseInstant,
  PAYMENT_METHOD,
  personNameFault,
  type QuotedFee,
} from '@box-office/contract';
import { z } from '@hono/zod-openapi';

// Shapes that several endpoints share.

/** Event ids are part of Redis keys, in which braces would choose the cluster slot. */
export const eventId = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'An event id has 1 to 64 letters, digits, hyphens or underscores.')
  .openapi({ example: '1' });

interface TextForm {
  readonly faultIn: (text: string) => string | null;
  readonly normalise: (text: string) => string;
}
const NAME: TextForm = { faultIn: nameFault, normalise: normaliseName };
const PERSON: TextForm = { faultIn: personNameFault, normalise: normalisePersonName };
const TEXT: TextForm = { faultIn: textFault, normalise: normaliseText };

/** Text that people write: normalised, and refused with a reason if it has misleading characters. */
const written = (form: TextForm, min: number, max: number) =>
  z
    .string()
    .transform((given, context) => {
      const text = form.normalise(given);
      const fault = form.faultIn(given.normalize('NFC').trim()) ?? faultInLength(text.length, min, max);
      if (fault === null) return text;
      context.addIssue({ code: 'custom', message: fault });
      return z.NEVER;
    })
    .openapi({ type: 'string', minLength: min, maxLength: max });

function faultInLength(length: number, min: number, max: number): string | null {
  if (length < min) return 'It is empty.';
  return length > max ? `It has more than ${max} characters.` : null;
}

/** A name on one line: composed (NFC), without white space at its ends, one space where there are several. */
export const nameText = (max: number) => written(NAME, 1, max);
export const personName = (max: number) => written(PERSON, 1, max);
/** Text of several lines, composed and without white space at its ends. */
export const longText = (max: number, o: { readonly min?: number } = {}) => written(TEXT, o.min ?? 0, max);

/** The owner of a purchase or a ticket: the subject of a token. */
export const userId = z
  .string()
  .regex(/^[^\s\p{Cc}\p{Cs}]{1,128}$/u, 'A user id has 1 to 128 characters and no white space.')
  .refine((id) => nameFault(id) === null, { error: ({ input }) => nameFault(String(input)) ?? '' })
  .openapi({ example: 'user_1' });

/** For URLs in requests: parsing accepts characters that PostgreSQL cannot store. */
export const URL_CHARACTERS = [
  (url: string): boolean => !/[\s\p{Cc}\p{Cs}]/u.test(url),
  'It contains a character that no URL can have.',
] as const;

export const ticketTypeName = z.string().openapi({ example: 'Standard' });
/** A ticket type as a request names it: the same name in another Unicode form is the same type. */
export const givenTicketType = nameText(64).openapi({ example: 'Standard' });

export const paymentMethod = z
  .string()
  .regex(PAYMENT_METHOD, 'A payment method has 1 to 128 visible ASCII characters.')
  .refine((method) => !isCardNumber(method), CARD_NUMBER_REFUSED)
  .openapi({
    description: "The payment provider's token for the buyer's means of payment. A card number is refused.",
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

/** A currency in which prices can be set. */
export const givenCurrency = z
  .string()
  .refine(isCurrency, 'Not a currency of ISO 4217 in which amounts can be given.')
  .openapi({ description: 'An ISO 4217 code.', example: 'EUR' });

export const instant = z.iso.datetime({ offset: true }).openapi({ example: '2027-06-01T19:00:00Z' });
/** An instant as a request gives it, in UTC. */
export const givenInstant = z
  .string()
  .transform((text, context) => {
    const given = parseInstant(text);
    if (given !== null) return given.instant;
    context.addIssue({ code: 'custom', message: INSTANT_FORM });
    return z.NEVER;
  })
  .openapi({ type: 'string', format: 'date-time', description: INSTANT_FORM, example: '2027-06-01T19:00:00Z' });

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
      description: '`cancelling`: a cancellation has claimed it and its refund is not done yet; it is no longer valid.',
    }),
  })
  .openapi('HeldTicket');

/** Fees of a purchase or hold. */
export const quotedFees = z
  .array(
    z.object({
      ticketType: ticketTypeName.optional(),
      quantity: z.int(),
      priceMinor: amountMinor,
      taxRatePpm: z.int().openapi({ description: 'Rate of the tax in it, in millionths.' }),
    }),
  )
  .openapi({ description: 'Fees of one each: of so many tickets of a type, or, without a type, of the purchase.' });

export const viewOfFees = (fees: readonly QuotedFee[] | null): z.input<typeof quotedFees> =>
  (fees ?? []).map((fee) => ({ ...fee, taxRatePpm: fee.taxRatePpm ?? 0 }));

/** Amounts of cancellations, each true at this moment. */
export const refundAmounts = {
  requestedMinor: amountMinor.openapi({
    description: 'What is to be refunded for what is cancelled or being cancelled.',
  }),
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

/** A page of a list whose entries have UUIDs. */
export const pageById = page.extend({
  after: z.uuid().optional().openapi({ description: 'The `next` of the page before.' }),
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
      .openapi({ description: 'The purchase of the request, or the one that has its hold.' }),
    reason: z.string().optional(),
    ticketType: z.string().optional(),
    available: z.int().optional().openapi({ description: 'How many tickets of the type are left.' }),
    limit: z.int().optional().openapi({ description: 'Most tickets that one buyer may have for the event.' }),
    held: z.int().optional().openapi({ description: 'How many of them the buyer has.' }),
    amountMinor: amountMinor.optional().openapi({ description: 'What the purchase costs now.' }),
    maximumMinor: amountMinor
      .optional()
      .openapi({ description: 'The most that the payment provider charges at once.' }),
    currency: currency.optional(),
    tickets: z.array(z.uuid()).optional().openapi({ description: 'Ids of tickets that are not of the purchase.' }),
    from: instant.optional().openapi({ description: 'From when on it will be possible.' }),
    until: instant.optional().openapi({ description: 'Until when it would have been possible.' }),
    holdLapsed: z
      .boolean()
      .optional()
      .openapi({ description: 'True if the hold that the purchase named could not be used any more.' }),
  })
  .openapi('Problem', { description: 'Problem details as in RFC 9457.' });
