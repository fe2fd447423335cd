import type { DeclineReason } from '@box-office/contract';

/**
 * Decline codes that a buyer may be told as they are. Stripe asks not to reveal the others, such as a card that was reported
 * lost or stolen, to the person who uses it (https://docs.stripe.com/declines/codes).
 */
const TOLD_TO_BUYERS = [
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
] as const satisfies readonly DeclineReason[];

/** The reason of a decline as the buyer is told it. */
export const buyerReasonOf = (declineCode: string): DeclineReason =>
  TOLD_TO_BUYERS.find((told) => told === declineCode) ?? 'card_declined';
