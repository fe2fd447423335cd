/** Texts about the name and the e-mail address of the buyer. */
export const contact = {
  legend: 'Your details',
  name: 'Name',
  email: 'E-mail address',
  emailHelp: 'Your tickets are sent to this address, and you find your order again with it.',
  optional: 'You can leave this empty: you find your orders when you sign in.',
  errors: {
    name: 'Enter your name.',
    email: 'Enter an e-mail address such as ann@example.com.',
  },
};
