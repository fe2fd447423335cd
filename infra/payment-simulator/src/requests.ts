import { isCurrency, smallestStepAtStripe } from '@box-office/contract';
import { z } from 'zod';
import { invalid } from './api-error.js';
import type { Params } from './form.js';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const integer = z
  .string()
  .regex(/^-?\d+$/, 'Invalid integer')
  .transform(Number);
const amount = integer.pipe(z.int().min(1).max(99_999_999));
const metadata = z.record(z.string().max(40), z.string().max(500));
const expand = z.array(z.string()).exactOptional();
const limit = integer.pipe(z.int().min(1).max(100)).default(10);
const created = z.strictObject({ gte: integer.exactOptional(), lte: integer.exactOptional() }).exactOptional();
const cursor = z.string().exactOptional();

/** `POST /v1/payment_intents` */
export const createParams = z
  .strictObject({
    amount,
    currency: z.string().regex(/^[a-z]{3}$/, 'Invalid currency'),
    capture_method: z.literal('manual'),
    confirm: flag.default(false),
    payment_method: z.string().max(200).exactOptional(),
    confirmation_token: z.string().max(200).exactOptional(),
    error_on_requires_action: flag.default(false),
    return_url: z.url({ protocol: /^https?$/ }).exactOptional(),
    automatic_payment_methods: z.strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']) }),
    metadata: metadata.default({}),
    expand,
  })
  .refine(({ currency }) => isCurrency(currency.toUpperCase()), { path: ['currency'], message: 'Invalid currency' })
  .refine((all) => !isCurrency(all.currency.toUpperCase()) || all.amount % smallestStepOf(all.currency) === 0, {
    path: ['amount'],
    message: 'The amount is no multiple of the smallest unit of this currency',
  })
  .refine(
    ({ confirm, payment_method: method, confirmation_token: token }) => !confirm || (method ?? token) !== undefined,
    {
      path: ['payment_method'],
      message: 'You cannot confirm this PaymentIntent because it is missing a payment method',
    },
  );

const smallestStepOf = (currency: string): number => smallestStepAtStripe(currency.toUpperCase());

/** `POST /v1/test_helpers/confirmation_tokens`, and what Stripe.js sends in its stead. */
export const confirmationTokenParams = z.strictObject({
  payment_method: z.string().max(200).exactOptional(),
  payment_method_data: z
    .strictObject({ type: z.literal('card'), card: z.strictObject({ number: z.string().max(40) }) })
    .exactOptional(),
  return_url: z.url({ protocol: /^https?$/ }).exactOptional(),
});

export const confirmParams = z.strictObject({ payment_method: z.string().max(200), expand });
export const captureParams = z.strictObject({ expand });
export const cancelParams = z.strictObject({ cancellation_reason: z.string().exactOptional(), expand });
export const refundParams = z.strictObject({
  payment_intent: z.string(),
  amount: amount.exactOptional(),
  metadata: metadata.default({}),
});

export const retrieveQuery = z.strictObject({ expand });
export const listIntentsQuery = z.strictObject({ created, limit, starting_after: cursor, expand });
export const listRefundsQuery = z.strictObject({ payment_intent: z.string(), limit, starting_after: cursor });
export const listDisputesQuery = z.strictObject({ payment_intent: z.string(), limit });
export const listEventsQuery = z.strictObject({
  types: z.array(z.string()).max(20).exactOptional(),
  created,
  limit,
  starting_after: cursor,
  ending_before: cursor,
});

/** What tests control, or ask for, in a form that is no part of Stripe's API. @throws ApiError naming what is wrong */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(z.prettifyError(result.error));
  return result.data;
}

/** @throws ApiError as Stripe rejects a parameter that is missing, wrong or unknown */
export function checked<S extends z.ZodType>(schema: S, params: Params): z.output<S> {
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [param = ''] = issue.keys;
    throw invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
  }
  throw invalid(issue?.message ?? 'Invalid request', { param: (issue?.path ?? []).join('.') });
}
