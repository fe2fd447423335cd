import { z } from 'zod';

/** What this adapter reads of Stripe's objects. Anything else than these is no answer. */

export const listOf = <S extends z.ZodType>(item: S) =>
  z.object({ object: z.literal('list'), data: z.array(item), has_more: z.boolean() });

const charge = z.object({
  id: z.string(),
  amount_captured: z.int(),
  amount_refunded: z.int(),
  /** Where they were asked for. */
  refunds: listOf(z.object({ amount: z.int(), status: z.string().nullable() })).nullish(),
});
export type Charge = z.output<typeof charge>;

export const paymentIntent = z.object({
  id: z.string().min(1),
  object: z.literal('payment_intent'),
  status: z.string(),
  amount: z.int(),
  currency: z.string(),
  client_secret: z.string().nullish(),
  next_action: z.object({ redirect_to_url: z.object({ url: z.string().nullish() }).nullish() }).nullish(),
  cancellation_reason: z.string().nullish(),
  last_payment_error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish(),
  latest_charge: z.union([z.string(), charge]).nullish(),
  metadata: z.record(z.string(), z.string()).default({}),
});
export type PaymentIntent = z.output<typeof paymentIntent>;

/** An intent of a list, as far as it must be readable for the others of the list to be read. */
export const anyIntent = z.looseObject({
  id: z.string().min(1),
  metadata: z.record(z.string(), z.unknown()).catch({}),
});
export type AnyIntent = z.output<typeof anyIntent>;

export const refund = z.object({
  id: z.string().min(1),
  object: z.literal('refund'),
  status: z.string().nullable(),
  metadata: z.record(z.string(), z.string()).nullable(),
});

/** A refund of an event, as far as it must be readable to know whether money came back. */
export const anyRefund = z.object({
  object: z.literal('refund'),
  status: z.string().nullable(),
  payment_intent: z.string(),
});

export const refundedCharge = z.object({
  id: z.string(),
  object: z.literal('charge'),
  amount: z.int(),
  amount_captured: z.int(),
  amount_refunded: z.int(),
  currency: z.string(),
  payment_intent: z.string().nullable(),
  metadata: z.record(z.string(), z.string()).default({}),
});

/** A list whose items are read one by one. */
export const anyList = listOf(z.unknown());

/** A charge, as far as it must be readable to know whose it is. */
export const anyCharge = z.object({
  payment_intent: z.string(),
  metadata: z.looseObject({ purchase: z.string(), key: z.string().optional() }),
});

export const event = z.object({
  id: z.string().min(1),
  object: z.literal('event'),
  type: z.string(),
  created: z.int(),
  data: z.object({ object: z.unknown() }),
});
export type StripeEvent = z.output<typeof event>;
