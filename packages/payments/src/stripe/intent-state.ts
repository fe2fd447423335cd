import type { AuthorisationState, PurchasePayments } from '../port.js';
import { paymentIntent, refundedCharge, type AnyIntent, type Charge, type PaymentIntent } from './answers.js';
import { readAmount } from './read-amount.js';

/** Reasons that Stripe itself gives for a cancellation: the authorisation was not captured in time. */
const RELEASED: ReadonlySet<string> = new Set(['automatic', 'expired']);

export const isReleased = ({ cancellation_reason: reason }: PaymentIntent): boolean => RELEASED.has(reason ?? '');

/** The code of the last decline; undefined if the intent was never declined. */
export const declineCodeOf = ({ last_payment_error: error }: PaymentIntent): string | undefined =>
  error ? (error.decline_code ?? error.code ?? 'generic_decline') : undefined;

export type Authorisation = PurchasePayments['authorisations'][number];

/** Money of an authorisation, in Stripe's smallest units. */
interface Amounts {
  readonly amount: number;
  readonly captured: number;
  readonly refunded: number;
}

/** An intent in the terms of the port. */
export function authorisationOf(intent: PaymentIntent): Authorisation {
  const { id, amount, currency, metadata, status, latest_charge: charge } = intent;
  const details = typeof charge === 'object' && charge !== null ? charge : undefined;
  const captured = status === 'succeeded' ? (details?.amount_captured ?? amount) : 0;
  const refunded = status === 'succeeded' && details ? refundedOf(details) : 0;
  return inMinorUnits(stateOf(intent), { amount, captured, refunded }, { id, currency, key: metadata['key'] });
}

/** Statuses of a refund whose money is the seller's again. */
const FAILED_REFUNDS: ReadonlySet<string | null> = new Set(['failed', 'canceled']);

export const hasFailed = ({ status }: { readonly status: string | null }): boolean => FAILED_REFUNDS.has(status);

/** Without the refunds that failed after they were accepted, whether or not Stripe's sum still has them. */
function refundedOf({ amount_refunded: sum, refunds }: Charge): number {
  if (!refunds || refunds.has_more) return sum;
  const accepted = refunds.data.filter((one) => !hasFailed(one));
  return Math.min(
    sum,
    accepted.reduce((total, { amount }) => total + amount, 0),
  );
}

/** The same of an intent that may be of any form: what cannot be read has the state `unknown`. */
export function anyAuthorisationOf(intent: AnyIntent): Authorisation {
  const read = paymentIntent.safeParse(intent);
  const key = intent.metadata['key'];
  return read.success ? authorisationOf(read.data) : unknown(intent.id, typeof key === 'string' ? key : undefined);
}

/** The authorisation of a charge that was refunded; `unknown` if the charge cannot be read. */
export function refundedAuthorisation(id: string, key: string | undefined, charge: unknown): Authorisation | null {
  const read = refundedCharge.safeParse(charge);
  if (!read.success) return unknown(id, key);
  const { amount, amount_captured: captured, amount_refunded: refunded, currency } = read.data;
  return captured === 0 ? null : inMinorUnits('captured', { amount, captured, refunded }, { id, currency, key });
}

function inMinorUnits(
  state: AuthorisationState,
  amounts: Amounts,
  { id, currency, key }: { readonly id: string; readonly currency: string; readonly key: string | undefined },
): Authorisation {
  const amountMinor = readAmount(amounts.amount, currency);
  const capturedMinor = readAmount(amounts.captured, currency);
  const refundedMinor = readAmount(amounts.refunded, currency);
  if (amountMinor === null || capturedMinor === null || refundedMinor === null) return unknown(id, key);
  return {
    key: key ?? id,
    authorisationId: id,
    state: state === 'captured' && refundedMinor === capturedMinor ? 'refunded' : state,
    amountMinor,
    capturedMinor,
    refundedMinor,
    currency: currency.toUpperCase(),
  };
}

const unknown = (id: string, key: string | undefined): Authorisation => ({
  key: key ?? id,
  authorisationId: id,
  state: 'unknown',
  amountMinor: 0,
  capturedMinor: 0,
  refundedMinor: 0,
  currency: '',
});

function stateOf(intent: PaymentIntent): AuthorisationState {
  switch (intent.status) {
    case 'requires_capture':
      return 'authorised';
    case 'succeeded':
      return 'captured';
    case 'canceled':
      if (isReleased(intent)) return 'expired';
      return declineCodeOf(intent) === undefined ? 'voided' : 'declined';
    case 'requires_payment_method':
    case 'requires_confirmation':
    case 'requires_action':
    case 'processing':
      // Nothing is reserved: it waits for a payment method, a confirmation or the buyer.
      return 'declined';
    default:
      return 'unknown';
  }
}
