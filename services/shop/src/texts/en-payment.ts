/** The payment methods of the simulator, and why a payment was declined. English. */
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

export const REASONS: Readonly<Record<string, string>> = {
  insufficient_funds: 'There is not enough money on the card.',
  amount_not_supported: 'This amount cannot be charged. Try another number of tickets.',
  currency_not_supported: 'A payment in this currency is not possible with this card.',
  payment_intent_authentication_failure: 'The bank could not confirm that it was you.',
  authentication_timed_out: 'The payment was not confirmed with the bank in time.',
};
