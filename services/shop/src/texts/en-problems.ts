/** Why something was not done: what happened, and what it means for money and tickets. */
export const problems = {
  unreachable: [
    'The box office cannot be reached',
    'Nothing was charged twice and nothing is lost. Try again in a moment.',
  ],
  unavailable: ['The box office is busy', 'Nothing was charged. Try again in a moment.'],
  'rate-limited': ['That was too often in a short time', 'Nothing was done and nothing was charged.'],
  'sold-out': ['Sold out', 'Someone was faster: no ticket of this kind is left. Nothing was charged.'],
  'not-enough-left': ['Not enough tickets left', 'Fewer tickets are left than you chose. Nothing was charged.'],
  'amount-too-large': [
    'That is too much for one payment',
    'Nothing was charged. Choose fewer tickets, and buy the others in another order.',
  ],
  'not-on-sale': ['Not on sale', 'Tickets for this event cannot be bought at this time. Nothing was charged.'],
  'over-buyer-limit': [
    'That is more than one person may have',
    'Tickets that you already have or have reserved count too. Nothing was charged.',
  ],
  'payment-declined': ['The payment was declined', 'Nothing was charged.'],
  'payment-not-captured': [
    'The payment could not be completed',
    'Your bank refused it at the last moment. Nothing was charged.',
  ],
  'price-changed': ['The price has changed', 'Nothing was charged. Choose your tickets again to see the new price.'],
  'purchase-cancelled': ['The order was cancelled before it was complete', 'No money was kept.'],
  'purchase-undone': ['The organiser has undone the order', 'No money was kept.'],
  'idempotency-key-reused': [
    'You have already reserved tickets from this page',
    'Find them in My orders, or reserve these as well.',
  ],
  'cancellation-too-late': ['It is too late to cancel', 'Your tickets stay valid. Ask the organiser.'],
  'ticket-admitted': [
    'Used at the door',
    'A ticket that was used at the door cannot be cancelled any more. Nothing was cancelled.',
  ],
  'ticket-transferred': [
    'Given to someone else',
    'A ticket that somebody else has now cannot be cancelled by you any more. Nothing was cancelled.',
  ],
  'ticket-not-transferable': [
    'This ticket cannot change hands',
    'It was used at the door, or it is cancelled, or the event is over. Nothing was changed.',
  ],
  'unknown-transfer': [
    'This link no longer works',
    'It was withdrawn or has expired, or somebody else has accepted the ticket. Ask for a new link.',
  ],
  'mail-refused': ['No mail can be sent', 'There is no valid ticket left to send, or no e-mail address.'],
  'unknown-guest-link': [
    'This link no longer works',
    'It was used already, or it is older than one hour. Ask for a new one: your orders are not affected.',
  ],
  'nothing-to-cancel': [
    'There is nothing left to cancel',
    'The tickets are cancelled already, or the order was never completed. Nothing more is refunded.',
  ],
  'purchase-open': ['This order is still being completed', 'You can cancel it once it is done.'],
  'unknown-ticket': ['These tickets are not of this order', 'Nothing was cancelled.'],
  'invalid-request': [
    'Something in the form cannot be used',
    'Nothing was done and nothing was charged. Check what you entered, then send it again.',
  ],
  other: ['That did not work', 'Nothing was charged twice and nothing is lost. Try again.'],
};
