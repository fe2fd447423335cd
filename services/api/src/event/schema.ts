import { EVENT_STATUSES, MAX_RATE_PPM } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import {
  amountMinor,
  currency,
  eventId,
  givenCurrency,
  givenTicketType,
  instant,
  longText,
  nameText,
} from '../http/schemas.js';
import { givenTime } from './event-times.js';

const MAX_TICKET_TYPES = 20;
const MAX_TICKETS_PER_TYPE = 1_000_000;
const MAX_PRICE_MINOR = 1_000_000_000;

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'Not a time zone of the IANA database.')
  .openapi({ example: 'Europe/Vienna' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const price = amountMinor.max(MAX_PRICE_MINOR);
const taxRatePpm = z
  .int()
  .min(0)
  .max(MAX_RATE_PPM)
  .openapi({ description: 'Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.', example: 70_000 });

const givenPrice = {
  priceMinor: price.optional().openapi({ description: 'What a buyer pays: the price includes the tax.' }),
  netPriceMinor: price.optional().openapi({
    description: 'Instead of `priceMinor`: a price that does not include the tax, which the buyer pays on top of it.',
    example: 4_500,
  }),
};

const givenFee = z.strictObject({ ...givenPrice, taxRatePpm: taxRatePpm.default(0) }).nullable();

const refundRules = z
  .strictObject({
    keepsFees: z.boolean().default(false).openapi({ description: 'Fees are not refunded.' }),
    withheldPpm: z.int().min(0).max(MAX_RATE_PPM).default(0).openapi({
      description: 'Share of each price that is not refunded, in millionths: 100000 is 10 %.',
      example: 100_000,
    }),
    withheldMinor: price.default(0).openapi({ description: 'Not refunded of each ticket besides.', example: 200 }),
  })
  .openapi({
    description:
      'What a cancellation by the buyer does not give back; null: nothing. Operators and the cancellation of the event ' +
      'return everything.',
  });

const ticketTypes = z
  .array(
    z.strictObject({
      name: givenTicketType,
      ...givenPrice,
      taxRatePpm: taxRatePpm.optional(),
      fee: givenFee.optional().openapi({ description: 'Charged for each ticket on top of its price; null: nothing.' }),
      total: z.int().min(0).max(MAX_TICKETS_PER_TYPE).openapi({ example: 500 }),
    }),
  )
  .min(1)
  .max(MAX_TICKET_TYPES)
  .refine((types) => new Set(types.map(({ name }) => name)).size === types.length, 'Each type needs a name of its own.')
  .openapi({
    description:
      'In the order in which they are shown; the first is what a purchase that names none buys. Tax rate and fee of a type ' +
      'that exists stay if they are left out.',
  });

/** Fields that operators set and may change later. */
const changeable = {
  name: nameText(200).openapi({ example: 'Autumn concert' }),
  description: longText(5_000),
  venue: nameText(200).openapi({ example: 'Great Hall' }),
  startsAt: givenTime,
  endsAt: givenTime,
  timeZone,
  status: z.enum(EVENT_STATUSES).exclude(['cancelled']),
  saleStartsAt: givenTime.nullable().openapi({ description: 'No tickets are sold before; null for no limit.' }),
  saleEndsAt: givenTime
    .nullable()
    .openapi({ description: "No tickets are sold from then on, nor after the event's end; null: until its end." }),
  cancellableUntil: givenTime
    .nullable()
    .openapi({ description: 'Until when buyers may cancel; null: until the event starts. Operators always may.' }),
  limitPerBuyer: z.int().min(1).max(1_000).openapi({ description: 'Most tickets that one buyer may have.' }),
  purchaseFee: givenFee.openapi({ description: 'Charged once per purchase, also of free tickets; null: nothing.' }),
  refundRules: refundRules.nullable(),
  ticketTypes,
};

export const newEventBody = z
  .strictObject({
    ...changeable,
    description: changeable.description.default(''),
    currency: givenCurrency,
    status: changeable.status.default('on_sale'),
    saleStartsAt: changeable.saleStartsAt.default(null),
    saleEndsAt: changeable.saleEndsAt.default(null),
    cancellableUntil: changeable.cancellableUntil.default(null),
    limitPerBuyer: changeable.limitPerBuyer.default(10),
    purchaseFee: changeable.purchaseFee.default(null),
    refundRules: changeable.refundRules.default(null),
  })
  .openapi('NewEvent');

export const eventChangesBody = z
  .strictObject(changeable)
  .partial()
  .openapi('EventChanges', {
    description:
      'What is left out stays. `ticketTypes` is the whole list, old types included; a type can be added, its price ' +
      'and total changed, but not removed. The currency cannot be changed.',
  });

const available = z
  .int()
  .nullable()
  .openapi({ description: 'Tickets left at this moment; null while availability is rebuilt.' });

const netPrice = amountMinor
  .optional()
  .openapi({ description: 'The price that was set without tax. `priceMinor` is this and the tax.' });
const feeView = z.object({ priceMinor: amountMinor, netPriceMinor: netPrice, taxRatePpm }).nullable();

export const eventView = z
  .object({
    id: eventId,
    name: z.string(),
    description: z.string(),
    venue: z.string(),
    startsAt: instant,
    endsAt: instant,
    timeZone: z.string(),
    currency,
    status: z.enum(EVENT_STATUSES),
    saleStartsAt: instant.nullable(),
    saleEndsAt: instant.nullable(),
    cancellableUntil: instant.nullable(),
    limitPerBuyer: z.int(),
    purchaseFee: feeView.openapi({ description: 'Charged once per purchase.' }),
    refundRules: z
      .object({ keepsFees: z.boolean(), withheldPpm: z.int(), withheldMinor: amountMinor })
      .nullable()
      .openapi({ description: 'What a cancellation by the buyer does not give back.' }),
    capacity: available,
    ticketTypes: z.array(
      z.object({
        name: z.string(),
        priceMinor: amountMinor.openapi({ description: 'What a buyer pays, tax included.' }),
        netPriceMinor: netPrice,
        taxRatePpm,
        fee: feeView.openapi({ description: 'Charged for each ticket on top of its price.' }),
        total: z.int(),
        available,
      }),
    ),
  })
  .openapi('Event');

export type EventView = z.input<typeof eventView>;
