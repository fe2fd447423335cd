/**
 * Decline codes that a buyer may be told as they are. Stripe asks not to reveal the others, such as a card that was reported
 * lost or stolen, to the person who uses it (https://docs.stripe.com/declines/codes).
 */
export const DECLINE_CODES_FOR_BUYERS = [
  'authentication_required',
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
  'payment_intent_authentication_failure',
  'processing_error',
  'withdrawal_count_limit_exceeded',
] as const;

/** Why a payment was declined, as its buyer may be told. */
export const DECLINE_REASONS = [
  ...DECLINE_CODES_FOR_BUYERS,
  'amount_not_supported',
  /** The buyer did not confirm the payment in time. */
  'authentication_timed_out',
  /** The payment provider gave no reason, or one that is not for the buyer. */
  'card_declined',
  'invalid_payment_method',
] as const;
export type DeclineReason = (typeof DECLINE_REASONS)[number];
