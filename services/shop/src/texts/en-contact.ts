/** Texts about the name and the e-mail address of the buyer. */
export const contact = {
  name: 'Name',
  email: 'E-mail address',
  emailHelp: 'We send your tickets to this address. You also use it to find your order again.',
  optional: 'You can leave this empty. You find your orders by signing in.',
  title: 'Your details',
  text: 'We send your tickets to this address. Mails that have not been sent yet go to the new one.',
  save: 'Save',
  saveAndSend: 'Save and send the tickets',
  saving: 'Saving …',
  mail: 'Tickets by e-mail',
  onTheWay: (email: string) => `Your tickets are on their way to ${email}.`,
  sent: (email: string) => `Your tickets were sent to ${email}.`,
  refused: (email: string) => `The mail server of ${email} does not take our mail. Check the address.`,
  notDelivered: (email: string) => `The mail to ${email} could not be delivered. Send the tickets again.`,
  notSent: (email: string) => `Your tickets were not sent to ${email} yet.`,
  none: 'You have given no e-mail address.',
  send: 'Send the tickets again',
  sendFirst: 'Send the tickets by e-mail',
  sending: 'Sending …',
  change: 'Change the address',
  give: 'Give an e-mail address',
  errors: {
    name: 'Enter your name.',
    email: 'Enter an e-mail address such as ann@example.com.',
  },
  unusableName: 'Your name is too long, or has a character that cannot be printed. Type it by hand.',
};

/** Texts about orders that a guest finds by e-mail. */
export const guestLink = {
  missing: 'Is an order missing?',
  find: 'Find my orders by e-mail',
  title: 'Find your orders',
  text: 'Enter the address to which your tickets were sent. You get a mail with a link to your orders.',
  ask: 'Send me the link',
  askedTitle: 'Look into your mailbox',
  asked:
    'If there are orders with this address, a mail with a link is on its way to it. The link works once, and for one hour.',
  again: 'Nothing there? Check the address and the spam folder, then ask again.',
  openTitle: 'Open your orders',
  openText: 'The link works once. Your orders are then shown in this browser, until you leave them.',
  open: 'Show my orders',
  leaves: 'The orders found by e-mail are no longer shown then.',
  opening: 'Opening …',
};
