import { EVENT_STATUSES } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { amountMinor, currency, eventId, instant, ticketTypeName, written } from '../schemas.js';

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

const ticketTypes = z
  .array(
    z.strictObject({
      name: ticketTypeName,
      priceMinor: amountMinor.max(MAX_PRICE_MINOR),
      total: z.int().min(0).max(MAX_TICKETS_PER_TYPE).openapi({ example: 500 }),
    }),
  )
  .min(1)
  .max(MAX_TICKET_TYPES)
  .refine((types) => new Set(types.map(({ name }) => name)).size === types.length, 'Each type needs a name of its own.')
  .openapi({ description: 'In the order in which they are shown; the first is what a purchase that names none buys.' });

/** Facts that operators give and may change later. */
const changeable = {
  name: written.trim().min(1).max(200).openapi({ example: 'Autumn concert' }),
  description: written.max(5_000),
  venue: written.trim().min(1).max(200).openapi({ example: 'Great Hall' }),
  startsAt: instant,
  endsAt: instant,
  timeZone,
  status: z.enum(EVENT_STATUSES).exclude(['cancelled']),
  saleStartsAt: instant.nullable().openapi({ description: 'No tickets are sold before; null for no limit.' }),
  saleEndsAt: instant.nullable().openapi({ description: 'No tickets are sold from then on; null for no limit.' }),
  cancellableUntil: instant
    .nullable()
    .openapi({ description: 'Until when buyers may cancel; null: until the event starts. Operators always may.' }),
  limitPerBuyer: z.int().min(1).max(1_000).openapi({ description: 'Most tickets that one buyer may have.' }),
  ticketTypes,
};

interface Times {
  readonly startsAt: string;
  readonly endsAt: string;
  readonly saleStartsAt: string | null;
  readonly saleEndsAt: string | null;
}

/** What is wrong with the times of an event, as pairs of field and message. */
export function faultsInTimes(times: Times): readonly { readonly path: string; readonly message: string }[] {
  const faults: { path: string; message: string }[] = [];
  if (Date.parse(times.endsAt) < Date.parse(times.startsAt)) {
    faults.push({ path: 'endsAt', message: 'An event cannot end before it starts.' });
  }
  const { saleStartsAt, saleEndsAt } = times;
  if (saleStartsAt !== null && saleEndsAt !== null && Date.parse(saleEndsAt) <= Date.parse(saleStartsAt)) {
    faults.push({ path: 'saleEndsAt', message: 'The sale cannot end before it starts.' });
  }
  return faults;
}

export const newEventBody = z
  .strictObject({
    ...changeable,
    description: changeable.description.default(''),
    currency,
    status: changeable.status.default('on_sale'),
    saleStartsAt: changeable.saleStartsAt.default(null),
    saleEndsAt: changeable.saleEndsAt.default(null),
    cancellableUntil: changeable.cancellableUntil.default(null),
    limitPerBuyer: changeable.limitPerBuyer.default(10),
  })
  .superRefine((event, context) => {
    for (const { path, message } of faultsInTimes(event)) context.addIssue({ code: 'custom', path: [path], message });
  })
  .openapi('NewEvent');

export const eventChangesBody = z
  .strictObject(changeable)
  .partial()
  .openapi('EventChanges', {
    description:
      'What is left out stays. `ticketTypes` is the whole list, old types included; a type can be added, its price ' +
      'and total changed, but not removed. The currency stays for ever.',
  });

const available = z
  .int()
  .nullable()
  .openapi({ description: 'Tickets left at this moment; null while they are counted anew.' });

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
    capacity: available,
    ticketTypes: z.array(z.object({ name: z.string(), priceMinor: amountMinor, total: z.int(), available })),
  })
  .openapi('Event');

export type EventView = z.input<typeof eventView>;
