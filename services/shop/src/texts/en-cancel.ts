/** Texts of cancelling an order, and of what comes back. */
export const cancel = {
  title: 'Cancel this order?',
  choose: 'Tickets to cancel',
  update: 'Show what I get back',
  youGet: 'You get back',
  prices: 'Paid for these tickets',
  withheld: 'Withheld by the refund rules',
  feesBack: 'Fees that are refunded',
  feesKept: 'Fees that are not refunded',
  text: (count: number) =>
    count === 1
      ? 'The ticket becomes invalid at once and can be bought by others. This cannot be undone.'
      : `All ${count} tickets become invalid at once and can be bought by others. This cannot be undone.`,
  confirm: (amount: string) => `Cancel and refund ${amount}`,
  confirmFree: 'Cancel the tickets',
  confirmNothing: 'Cancel without a refund',
  keep: 'Keep my tickets',
  working: 'Cancelling …',
  chooseOne: 'Choose at least one ticket to cancel.',
  changed: ['The amount has changed', 'Nothing was cancelled. Check the amount below, then confirm.'],
  wasPossibleUntil: (when: string) => `This order could be cancelled until ${when}.`,
  others: (count: number) =>
    count === 1 ? 'The ticket below can still be cancelled.' : 'Choose among the tickets below.',
  rules: (parts: string) => `Not refunded: ${parts}.`,
  keepsFees: 'the fees',
  share: (rate: string) => `${rate} of each price`,
  fixed: (amount: string) => `${amount} per ticket`,
};
