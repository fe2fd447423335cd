/** Why a payment was declined, as its buyer may be told. Most are decline codes of Stripe. */
export const DECLINE_REASONS = [
  'amount_not_supported',
  'authentication_required',
  /** The buyer did not confirm the payment in time. */
  'authentication_timed_out',
  /** The payment provider gave no reason, or one that is not for the buyer. */
  'card_declined',
  'card_not_supported',
  'card_velocity_exceeded',
  'currency_not_supported',
  'expired_card',
  'incorrect_cvc',
  'incorrect_number',
  'insufficient_funds',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_number',
  'invalid_payment_method',
  'payment_intent_authentication_failure',
  'processing_error',
  'withdrawal_count_limit_exceeded',
] as const;
export type DeclineReason = (typeof DECLINE_REASONS)[number];
