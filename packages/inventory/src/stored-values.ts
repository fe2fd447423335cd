import { EVENT_STATUSES, type EventReadModel } from '@box-office/contract';
import { z } from 'zod';
import type { StoredReservation, SoldPurchase } from './outcomes.js';

// What stands in Redis was not necessarily written by this code: it is parsed before it is believed.

/** Most characters of one JSON text that is parsed at all. */
const MAX_JSON_CHARS = 1_048_576;

/** Told of a stored value that is not what its schema says; it is treated as absent. */
export type OnUnreadable = (source: string, name: string, why: string) => void;

const count = z.int().min(0);
const instant = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no instant');

const price = { priceMinor: count, taxRatePpm: count.exactOptional(), netPriceMinor: count.exactOptional() };
const fee = z.object(price).readonly();
const typeDetails = { ...price, name: z.string().min(1), total: count, fee: fee.exactOptional() };
const ticketType = z
  .object({ ...typeDetails, available: count, held: count, sold: count })
  .readonly()
  .refine(({ total, available, held, sold }) => available === total - held - sold, 'has counts that contradict');

const eventReadModel = z
  .object({
    id: z.string().min(1),
    revision: z.int().min(1),
    name: z.string(),
    description: z.string(),
    venue: z.string(),
    startsAt: instant,
    endsAt: instant,
    timeZone: z.string(),
    currency: z.string(),
    status: z.enum(EVENT_STATUSES),
    saleStartsAt: instant.nullable(),
    saleEndsAt: instant.nullable(),
    cancellableUntil: instant.nullable().exactOptional(),
    limitPerBuyer: count,
    purchaseFee: fee.exactOptional(),
    refundRules: z
      .object({
        keepsFees: z.boolean().exactOptional(),
        withheldPpm: count.exactOptional(),
        withheldMinor: count.exactOptional(),
      })
      .readonly()
      .exactOptional(),
    capacity: count,
    ticketTypes: z.array(ticketType).readonly(),
  })
  .readonly();

/** The stored template of a read model, with 0 for each count. */
export const detailsInTemplate = eventReadModel.unwrap().extend({
  ticketTypes: z.array(z.object(typeDetails).readonly()).readonly(),
});

const items = z
  .array(z.object({ ticketType: z.string(), serials: z.array(z.int().min(1)).readonly() }).readonly())
  .readonly();
const reservation = z.object({ epoch: count, userId: z.string(), heldSinceMs: z.number(), items }).readonly();
const sale = z.object({ userId: z.string(), items }).readonly();

type Same<A, B> = [A, B] extends [B, A] ? true : never;
const _equalToTheTypes: [
  Same<z.infer<typeof eventReadModel>, EventReadModel>,
  Same<z.infer<typeof reservation>, Omit<StoredReservation, 'purchaseId'>>,
  Same<z.infer<typeof sale>, Omit<SoldPurchase, 'purchaseId'>>,
] = [true, true, true];

/** The value of a JSON text, or why it cannot be read. */
export type Parsed<T> = { readonly value: T } | { readonly why: string };

/** Checks a text by a schema without transformations. Gives the value as it stands, its fields in their order. */
export function parseStored<S extends z.ZodType>(schema: S, text: string): Parsed<z.output<S>> {
  if (text.length > MAX_JSON_CHARS) return { why: `is ${text.length} characters long` };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { why: 'is not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: json as z.output<S> };
  const [issue] = parsed.error.issues;
  return { why: `${issue?.path.join('.') || 'the value'}: ${issue?.message ?? 'wrong'}` };
}

/** The text at `event:<id>` as a read model, or why it is none; that of another event is none. */
export function parseEventReadModel(eventId: string, text: string): Parsed<EventReadModel> {
  const parsed = parseStored(eventReadModel, text);
  if ('value' in parsed && parsed.value.id !== eventId) return { why: 'is of another event' };
  return parsed;
}

/** The same, reported and null where it is unreadable. */
export function readEventReadModel(
  eventId: string,
  text: string | null,
  onUnreadable: OnUnreadable,
): EventReadModel | null {
  if (text === null) return null;
  const parsed = parseEventReadModel(eventId, text);
  if ('value' in parsed) return parsed.value;
  onUnreadable('event', eventId, parsed.why);
  return null;
}

export const parseReservation = (text: string): Parsed<Omit<StoredReservation, 'purchaseId'>> =>
  parseStored(reservation, text);
export const parseSale = (text: string): Parsed<Omit<SoldPurchase, 'purchaseId'>> => parseStored(sale, text);
