import type Stripe from 'stripe';

type ErrorBody = Pick<
  InstanceType<typeof Stripe.errors.StripeError>,
  'code' | 'decline_code' | 'param' | 'payment_intent' | 'charge'
> & { readonly message: string; readonly type: Stripe.PaymentIntent.LastPaymentError.Type };

/** A request that Stripe answers with an error. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: Partial<ErrorBody> & Pick<ErrorBody, 'type' | 'message'>,
  ) {
    super(body.message);
  }
}

export const invalid = (message: string, details: { code?: string; param?: string } = {}, status = 400): ApiError =>
  new ApiError(status, { type: 'invalid_request_error', message, ...details });

export const missing = (what: string, id: string, param: string): ApiError =>
  invalid(`No such ${what}: '${id}'`, { code: 'resource_missing', param }, 404);

export const unexpectedState = (paymentIntent: Stripe.PaymentIntent, operation: string): ApiError =>
  new ApiError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${operation} this PaymentIntent because it has a status of ${paymentIntent.status}.`,
    payment_intent: paymentIntent,
  });

export const serverError = (status: number, message: string): ApiError =>
  new ApiError(status, { type: 'api_error', message });
