import type { DeclineReason } from '@box-office/contract';

/** The payment methods of the simulator. English. */
export const METHODS = {
  pm_approve: { label: 'Card that works', help: 'The payment is approved at once.' },
  pm_decline_insufficient_funds: {
    label: 'Card without enough money',
    help: 'The bank declines. Nothing is charged, and your tickets stay reserved for another try.',
  },
  pm_slow_4000: {
    label: 'Slow bank',
    help: 'The bank takes four seconds. You can watch the order until it is done.',
  },
  pm_timeout_after_charge: {
    label: 'Bank that loses its answer',
    help: 'The money is reserved, but the answer never arrives. We find out by ourselves and charge you once.',
  },
  pm_capture_refused: {
    label: 'Card that is blocked half-way',
    help: 'The payment is approved, then refused. Nothing is charged, and your tickets stay reserved.',
  },
  pm_card_authenticationRequired: {
    label: 'Card whose bank asks you to confirm',
    help: 'You go to a page of the bank, where you confirm the payment or refuse it.',
  },
};

const WRONG_CVC = 'The security code of the card is wrong. Check it and try again.';
const WRONG_EXPIRY = 'The expiry date of the card is wrong. Check it and try again.';
const WRONG_NUMBER = 'The card number is wrong. Check it and try again.';
const LIMIT_REACHED = 'The limit of the card is reached. Use another card, or ask your bank.';

/** Why a payment was declined, and what to do. English. */
export const DECLINES = {
  amount_not_supported: 'This amount cannot be charged. Try another number of tickets.',
  authentication_required: 'Your bank wants you to confirm the payment. Pay again, and confirm it when you are asked.',
  authentication_timed_out: 'The payment was not confirmed with the bank in time. Pay again, and confirm it at once.',
  card_declined: 'The bank or card provider did not allow the payment. Ask it why, or use another card.',
  card_not_supported: 'This card cannot be used for such a payment. Use another card.',
  card_velocity_exceeded: LIMIT_REACHED,
  currency_not_supported: 'A payment in this currency is not possible with this card. Use another card.',
  expired_card: 'The card has expired. Use another card.',
  incorrect_cvc: WRONG_CVC,
  incorrect_number: WRONG_NUMBER,
  insufficient_funds: 'There is not enough money on the card. Use another card.',
  invalid_cvc: WRONG_CVC,
  invalid_expiry_month: WRONG_EXPIRY,
  invalid_expiry_year: WRONG_EXPIRY,
  invalid_number: WRONG_NUMBER,
  invalid_payment_method: 'The payment details could not be used. Enter them again.',
  payment_intent_authentication_failure: 'The bank could not confirm that it was you. Try again, or use another card.',
  processing_error: 'The payment could not be processed. Try again in a minute, or use another card.',
  withdrawal_count_limit_exceeded: LIMIT_REACHED,
} satisfies Record<DeclineReason, string>;
