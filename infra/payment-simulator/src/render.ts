import type Stripe from 'stripe';
import { declineOf } from './declines.js';
import { capturedMinorOf, hasExpired, refundedMinorOf, statusOf, type Intent, type Refund } from './intent.js';

/** Items of a list within another object. */
const MAX_EMBEDDED = 10;

/** Stripe's times are seconds. */
export const seconds = (ms: number): number => Math.floor(ms / 1_000);

export const chargeIdOf = ({ id }: Intent): string => `ch_${id.replace(/^pi_/, '')}`;

export const clientSecretOf = ({ id }: Pick<Intent, 'id'>): string => `${id}_secret_simulated`;

/** The PaymentIntent as Stripe shows it. `expand`: with its charge in full, and with the refunds of that. */
export function paymentIntentOf(
  intent: Intent,
  o: { readonly expand?: 'charge' | 'refunds' | undefined; readonly now?: number } = {},
): Stripe.PaymentIntent {
  const now = o.now ?? Date.now();
  const status = statusOf(intent, now);
  const isCanceled = status === 'canceled';
  const expired = hasExpired(intent, now);
  return {
    id: intent.id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: intent.amountMinor,
    amount_capturable: status === 'requires_capture' ? intent.amountMinor : 0,
    amount_received: capturedMinorOf(intent),
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: intent.action ? 'always' : 'never', enabled: true },
    canceled_at: isCanceled ? seconds(intent.endedAt ?? now) : null,
    cancellation_reason: expired ? 'automatic' : null,
    capture_method: 'manual',
    client_secret: clientSecretOf(intent),
    confirmation_method: 'automatic',
    created: seconds(intent.createdAt),
    currency: intent.currency.toLowerCase(),
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: intent.reason === null ? null : lastPaymentErrorOf(intent, intent.reason),
    latest_charge: latestChargeOf(intent, o.expand, now),
    livemode: false,
    managed_payments: null,
    metadata: { ...intent.metadata },
    next_action: status === 'requires_action' && intent.action ? nextActionOf(intent.action) : null,
    on_behalf_of: null,
    payment_method: status === 'requires_payment_method' ? null : intent.method,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status,
    transfer_group: null,
  };
}

function latestChargeOf(
  intent: Intent,
  expand: 'charge' | 'refunds' | undefined,
  now: number,
): Stripe.PaymentIntent['latest_charge'] {
  if (intent.confirmedAt === null) return null;
  if (expand === undefined) return chargeIdOf(intent);
  const charge = chargeOf(intent, now);
  if (expand === 'charge') return charge;
  const data = intent.refunds.toReversed().map((refund) => refundOf(intent, refund));
  const url = `/v1/charges/${charge.id}/refunds`;
  return {
    ...charge,
    refunds: { object: 'list', data: data.slice(0, MAX_EMBEDDED), has_more: data.length > MAX_EMBEDDED, url },
  };
}

const nextActionOf = ({ url, returnUrl, useSdk }: NonNullable<Intent['action']>): Stripe.PaymentIntent.NextAction =>
  useSdk
    ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
    : { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } };

function lastPaymentErrorOf(intent: Intent, reason: string): Stripe.PaymentIntent.LastPaymentError {
  const { code, message } = declineOf(reason);
  return { type: 'card_error', charge: chargeIdOf(intent), code, decline_code: reason, message };
}

export function chargeOf(intent: Intent, now = Date.now()): Stripe.Charge {
  const isDeclined = intent.outcome === 'declined';
  const refundedMinor = refundedMinorOf(intent);
  const decline = isDeclined && intent.reason !== null ? declineOf(intent.reason) : undefined;
  return {
    id: chargeIdOf(intent),
    object: 'charge',
    amount: intent.amountMinor,
    amount_captured: capturedMinorOf(intent),
    amount_refunded: statusOf(intent, now) === 'canceled' ? intent.amountMinor : refundedMinor,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: null,
    captured: intent.outcome === 'captured',
    created: seconds(intent.confirmedAt ?? intent.createdAt),
    currency: intent.currency.toLowerCase(),
    customer: null,
    description: null,
    disputed: intent.disputes.length > 0,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: null,
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: null,
    paid: !isDeclined,
    payment_intent: intent.id,
    payment_method: intent.method,
    payment_method_details: null,
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: refundedMinor === intent.amountMinor,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: isDeclined ? 'failed' : 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}

export function refundOf(intent: Intent, refund: Refund): Stripe.Refund {
  return {
    id: refund.refundId,
    object: 'refund',
    amount: refund.amountMinor,
    balance_transaction: null,
    charge: chargeIdOf(intent),
    created: seconds(refund.at),
    currency: intent.currency.toLowerCase(),
    customer: null,
    customer_account: null,
    metadata: { ...refund.metadata },
    payment_intent: intent.id,
    payment_method: null,
    reason: null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: refund.hasFailed ? 'failed' : 'succeeded',
    transfer_reversal: null,
  };
}
