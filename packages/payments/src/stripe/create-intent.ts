import { toStripeAmount, type AmountMinor } from '@box-office/contract';
import type Stripe from 'stripe';
import { PaymentRequestError, type AuthorisationRequest } from '../port.js';
import { paymentIntent, type PaymentIntent } from './answers.js';
import type { CallResult } from './call.js';
import type { StripeDeps } from './deps.js';

export const CREATE_INTENT = 'POST /v1/payment_intents';

type CreateIntent = (
  request: AuthorisationRequest,
  signal: AbortSignal | undefined,
) => Promise<CallResult<PaymentIntent>>;

/** The calls that make an intent with the key of its authorisation. */
export function createIntentCalls({ stripe, call }: Pick<StripeDeps, 'stripe' | 'call'>): {
  readonly create: CreateIntent;
  /** With the key of the authorisation: if that has not arrived yet, it never will. */
  readonly blockKey: CreateIntent;
} {
  async function post(
    request: AuthorisationRequest,
    more: Partial<Stripe.PaymentIntentCreateParams>,
    signal: AbortSignal | undefined,
  ): Promise<CallResult<PaymentIntent>> {
    const { amountMinor, currency, key: idempotencyKey } = request;
    if (!canConvert(amountMinor, currency)) {
      const message = `${CREATE_INTENT}: ${amountMinor} minor units of ${currency}`;
      const error = new PaymentRequestError(message, 400, 'invalid_amount');
      return { kind: 'rejected', error, param: 'amount', replayed: false };
    }
    const params = { ...commonParams(request), ...more };
    return call(paymentIntent, CREATE_INTENT, () => stripe.paymentIntents.create(params, { idempotencyKey }), signal);
  }

  return {
    create: (request, signal) =>
      post(
        request,
        {
          confirm: true,
          ...methodParam(request.method),
          ...(request.returnUrl === undefined ? { error_on_requires_action: true } : { return_url: request.returnUrl }),
        },
        signal,
      ),
    blockKey: (request, signal) => post(request, {}, signal),
  };
}

function canConvert(amountMinor: AmountMinor, currency: string): boolean {
  try {
    toStripeAmount(amountMinor, currency);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Stripe.js makes ConfirmationTokens in the buyer's browser; integrators may also name a PaymentMethod. */
const methodParam = (method: string) =>
  method.startsWith('ctoken_') ? { confirmation_token: method } : { payment_method: method };

function commonParams(request: AuthorisationRequest) {
  const { amountMinor, currency, purchaseId, key, eventId, attempt, returnUrl } = request;
  return {
    amount: toStripeAmount(amountMinor, currency),
    currency: currency.toLowerCase(),
    capture_method: 'manual' as const,
    automatic_payment_methods: {
      enabled: true,
      allow_redirects: returnUrl === undefined ? ('never' as const) : ('always' as const),
    },
    metadata: {
      purchase: purchaseId,
      key,
      ...(eventId !== undefined && { event: eventId }),
      ...(attempt !== undefined && { attempt: String(attempt) }),
    },
  };
}
