import { fromStripeAmount } from '@box-office/contract';
import type { AuthorisationState, PurchasePayments } from '../port.js';
import type { PaymentIntent } from './answers.js';

/** Reasons that Stripe itself gives for a cancellation: the authorisation was not captured in time. */
const RELEASED: ReadonlySet<string> = new Set(['automatic', 'expired']);

export const isReleased = ({ cancellation_reason: reason }: PaymentIntent): boolean => RELEASED.has(reason ?? '');

/** The code of the last decline; undefined if the intent was never declined. */
export const declineCodeOf = ({ last_payment_error: error }: PaymentIntent): string | undefined =>
  error ? (error.decline_code ?? error.code ?? 'generic_decline') : undefined;

export type Authorisation = PurchasePayments['authorisations'][number];

/** An intent in the terms of the port. */
export function authorisationOf(intent: PaymentIntent): Authorisation {
  const { id, amount, currency, metadata, status, latest_charge: charge } = intent;
  const details = typeof charge === 'object' && charge !== null ? charge : undefined;
  const captured = status === 'succeeded' ? (details?.amount_captured ?? amount) : 0;
  const refunded = status === 'succeeded' ? (details?.amount_refunded ?? 0) : 0;
  const state = stateOf(intent);
  return {
    key: metadata['key'] ?? id,
    authorisationId: id,
    state: state === 'captured' && refunded === captured ? 'refunded' : state,
    amountMinor: fromStripeAmount(amount, currency),
    capturedMinor: fromStripeAmount(captured, currency),
    refundedMinor: fromStripeAmount(refunded, currency),
    currency: currency.toUpperCase(),
  };
}

function stateOf(intent: PaymentIntent): AuthorisationState {
  switch (intent.status) {
    case 'requires_capture':
      return 'authorised';
    case 'succeeded':
      return 'captured';
    case 'canceled':
      if (isReleased(intent)) return 'expired';
      return declineCodeOf(intent) === undefined ? 'voided' : 'declined';
    default:
      // Nothing is reserved: it waits for a payment method, a confirmation or the buyer.
      return 'declined';
  }
}
