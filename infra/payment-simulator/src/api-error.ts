import type Stripe from 'stripe';

type StripeErrorBody = Pick<
  InstanceType<typeof Stripe.errors.StripeError>,
  'code' | 'decline_code' | 'param' | 'payment_intent' | 'charge'
>;

export interface ErrorBody extends Partial<StripeErrorBody> {
  readonly message: string;
  readonly type: Stripe.PaymentIntent.LastPaymentError.Type;
}

/** A request that Stripe answers with an error. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.message);
  }
}

/** A request that had begun, and cannot be carried out as things are: its key replays the refusal. */
export class Refusal extends ApiError {}

export const invalid = (message: string, details: { code?: string; param?: string } = {}, status = 400): ApiError =>
  new ApiError(status, { type: 'invalid_request_error', message, ...details });

export const missing = (what: string, id: string, param: string): ApiError =>
  invalid(`No such ${what}: '${id}'`, { code: 'resource_missing', param }, 404);

export const refusal = (message: string, details: { code?: string; param?: string }): Refusal =>
  new Refusal(400, { type: 'invalid_request_error', message, ...details });

export const unexpectedState = (paymentIntent: Stripe.PaymentIntent, operation: string): Refusal =>
  new Refusal(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${operation} this PaymentIntent because it has a status of ${paymentIntent.status}.`,
    payment_intent: paymentIntent,
  });

export const serverError = (status: number, message: string): ApiError =>
  new ApiError(status, { type: 'api_error', message });
