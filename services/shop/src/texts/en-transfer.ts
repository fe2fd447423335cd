/** Texts about tickets that change hands. */
export const transfer = {
  title: 'Give this ticket to someone else',
  short: 'Give away',
  giveAway: (serial: number) => `Give away ticket no. ${serial}`,
  text: 'Make a link and send it to the person who gets the ticket. It stays yours until that person accepts it.',
  consequence:
    'Then your code no longer opens the door, and you cannot cancel the ticket any more. If it is refunded, the money goes back to the person who paid.',
  make: 'Make a link',
  makeNew: 'Make a new link',
  making: 'Making the link …',
  link: 'Link for the person who gets the ticket',
  linkHelp: 'The first person to open it can take the ticket. It is shown only now; a new one replaces it.',
  mail: 'Send by e-mail',
  mailText: (event: string) => `A ticket for ${event} is yours if you want it:`,
  open: (when: string) => `The link works until ${when}. The ticket has not been accepted yet.`,
  withdraw: 'Withdraw the link',
  notYours: 'This ticket is not yours to give away, or it is no longer valid.',
  back: 'Back to the ticket',
  given: 'Given to someone else',
  offered: 'Offered by link',
  offerTitle: 'A ticket for you',
  offerText:
    'Somebody wants to give you this ticket. It costs you nothing. Accept it, and the code at the door is yours.',
  needsCookies: {
    title: 'The ticket was not accepted: this browser kept no cookie',
    text: 'The ticket would be lost with it. Allow cookies for this shop, or open the link in another browser, then accept it.',
  },
  accept: 'Accept the ticket',
  accepting: 'Accepting …',
  until: (when: string) => `You can accept it until ${when}.`,
  receivedText: 'This ticket was given to you, and is yours.',
  cancelled: 'This ticket is cancelled',
  cancelledText: 'It no longer opens the door. If it is refunded, the money goes back to the person who paid.',
  received: 'Given to you',
  moreReceived: 'More tickets that were given to you',
  unknown: 'This ticket is not yours, or does not exist',
  unknownText:
    'Tickets of a guest are shown in the browser in which they were bought or accepted. In another one, find them by e-mail.',
  guestHelp:
    'You accepted it as a guest. Find it under My orders in this browser, or by your e-mail address in another one.',
  pdf: 'Ticket as PDF',
};
