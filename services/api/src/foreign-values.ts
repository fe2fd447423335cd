import type {
  IdempotencyRecord,
  PurchaseNotification,
  PurchaseOutcome,
  UserTicketsReadModel,
} from '@box-office/contract';
import { parseStored } from '@box-office/inventory';
import type { ReportUnreadable } from '@box-office/platform';
import { z } from 'zod';

// What the gateway reads of Redis apart from inventories. Any client with access to Redis may have written it.

const text = z.string();
const count = z.int().min(0);
const ticket = z.object({ ticketId: text, ticketType: text, serial: z.int().min(1) }).readonly();

const refused = { kind: z.literal('refused'), holdLapsed: z.literal(true).exactOptional() };
const notOnSale = { ...refused, reason: z.literal('not_on_sale') };
const refusal = z.discriminatedUnion('reason', [
  z.object({ ...refused, reason: z.literal('unknown_event') }).readonly(),
  z.object({ ...refused, reason: z.literal('unknown_ticket_type'), ticketType: text }).readonly(),
  z.discriminatedUnion('cause', [
    z.object({ ...notOnSale, cause: z.undefined().optional() }).readonly(),
    z.object({ ...notOnSale, cause: z.enum(['closed', 'cancelled']) }).readonly(),
    z.object({ ...notOnSale, cause: z.enum(['not_started', 'ended']), at: text }).readonly(),
  ]),
  z.object({ ...refused, reason: z.literal('sold_out'), ticketType: text }).readonly(),
  z.object({ ...refused, reason: z.literal('not_enough_left'), ticketType: text, available: count }).readonly(),
  z.object({ ...refused, reason: z.literal('over_buyer_limit'), limit: count, held: count }).readonly(),
  z.object({ ...refused, reason: z.literal('hold_used'), usedBy: text }).readonly(),
  z.object({ ...refused, reason: z.literal('unknown_hold') }).readonly(),
  z.object({ ...refused, reason: z.literal('price_changed'), amountMinor: count, currency: text }).readonly(),
  z.object({ ...refused, reason: z.literal('payment_required'), amountMinor: count, currency: text }).readonly(),
]);

const purchaseOutcome = z.union([
  z
    .object({
      kind: z.literal('confirmed'),
      transactionId: text,
      tickets: z.array(ticket).readonly(),
      amountMinor: count,
      currency: text,
    })
    .readonly(),
  z.object({ kind: z.literal('declined'), reason: text }).readonly(),
  refusal,
  z.object({ kind: z.literal('undone'), reason: z.enum(['capture_refused', 'cancelled', 'operator']) }).readonly(),
]);

const key = { fingerprint: text, userId: text, eventId: text };
const request = z.unknown().optional();
const recordOf = <O extends z.ZodType>(outcome: O) =>
  z.discriminatedUnion('state', [
    z.object({ ...key, state: z.literal('admitted'), deadlineMs: z.number(), gateway: text, request }).readonly(),
    z.object({ ...key, state: z.literal('sent'), sentMs: z.number(), request }).readonly(),
    z.object({ ...key, state: z.literal('started'), startedMs: z.number().optional() }).readonly(),
    z.object({ ...key, state: z.literal('done'), outcome }).readonly(),
  ]);
const purchaseRecord = recordOf(purchaseOutcome);
const holdRecord = recordOf(refusal);

const nextAction = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('redirect_to_url'), url: text, until: text }).readonly(),
  z.object({ kind: z.literal('use_stripe_sdk'), clientSecret: text, until: text }).readonly(),
]);

const notification = z.union([
  z
    .object({
      purchaseId: text,
      fingerprint: text.exactOptional(),
      outcome: purchaseOutcome,
      earlier: z.literal(true).exactOptional(),
    })
    .readonly(),
  z.object({ purchaseId: text, fingerprint: text, holdInUseBy: text }).readonly(),
  z.object({ purchaseId: text, fingerprint: text, nextAction }).readonly(),
]);
const notifications = z.array(z.unknown()).max(10_000);

const userTickets = z
  .object({
    userId: text,
    version: z.number(),
    tickets: z
      .array(
        ticket
          .unwrap()
          .extend({
            eventId: text,
            purchaseId: text,
            transactionId: text,
            priceMinor: count,
            currency: text,
            status: z.enum(['valid', 'cancelling']),
          })
          .readonly(),
      )
      .readonly(),
    truncated: z.literal(true).optional(),
  })
  .readonly();

type RefusedOutcome = Extract<PurchaseOutcome, { kind: 'refused' }>;
type Same<A, B> = [A, B] extends [B, A] ? true : never;
const _equalToTheContract: [
  Same<z.infer<typeof purchaseOutcome>, PurchaseOutcome>,
  Same<z.infer<typeof purchaseRecord>, IdempotencyRecord<PurchaseOutcome>>,
  Same<z.infer<typeof holdRecord>, IdempotencyRecord<RefusedOutcome>>,
  Same<z.infer<typeof notification>, PurchaseNotification>,
  Same<z.infer<typeof userTickets>, UserTicketsReadModel>,
] = [true, true, true, true, true];

/** Parses values from Redis; null for a value that cannot be read, which is also reported. */
export interface ForeignValues {
  readonly report: ReportUnreadable;
  purchaseRecord(purchaseId: string, json: string): IdempotencyRecord<PurchaseOutcome> | null;
  holdRecord(holdId: string, json: string): IdempotencyRecord<RefusedOutcome> | null;
  userTickets(userId: string, json: string): UserTicketsReadModel | null;
  /** The readable elements of a message on the outcomes' channel about purchases that are `wanted`. */
  notifications(channel: string, json: string, wanted: (purchaseId: string) => boolean): PurchaseNotification[];
}

export function createForeignValues(report: ReportUnreadable): ForeignValues {
  function read<S extends z.ZodType>(schema: S, source: string, name: string, json: string): z.output<S> | null {
    const parsed = parseStored(schema, json);
    if ('value' in parsed) return parsed.value;
    report(source, name, parsed.why);
    return null;
  }

  return {
    report,
    purchaseRecord: (purchaseId, json) => read(purchaseRecord, 'purchase', purchaseId, json),
    holdRecord: (holdId, json) => read(holdRecord, 'hold', holdId, json),
    userTickets(userId, json) {
      const model = read(userTickets, 'event_tickets', userId, json);
      if (model === null || model.userId === userId) return model;
      report('event_tickets', userId, 'is of another user');
      return null;
    },
    notifications(channel, json, wanted) {
      const found: PurchaseNotification[] = [];
      for (const element of read(notifications, channel, channel, json) ?? []) {
        // Every gateway receives the notifications of all purchases; it parses only those that it waits for.
        if (isAboutAPurchase(element) && !wanted(element.purchaseId)) continue;
        const parsed = notification.safeParse(element);
        if (parsed.success) found.push(element as PurchaseNotification);
        else report(channel, channel, 'an element is not a notification');
      }
      return found;
    },
  };
}

const isAboutAPurchase = (element: unknown): element is { readonly purchaseId: string } =>
  typeof element === 'object' && element !== null && 'purchaseId' in element && typeof element.purchaseId === 'string';
