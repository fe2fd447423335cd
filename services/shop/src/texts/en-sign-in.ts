/** Texts about signing in and out. */
export const signIn = {
  title: 'Sign in',
  text: 'You need no account to buy tickets. If you sign in, you find the same orders on every device.',
  with: (name: string) => `Continue with ${name}`,
  withHelp: (name: string) =>
    `You sign in at ${name} and come back here. We learn only that you are the same person as before: no password, no name, no e-mail address.`,
  demo: 'Sign in as demo buyer',
  demoHelp: 'For demonstrations only. It is off in production, and everybody who uses it shares these orders.',
  off: 'Signing in is not available here',
  offText: 'Buy as a guest: your orders stay in this browser.',
  unavailable: (name: string) => `${name} does not answer at the moment`,
  unavailableText:
    'You can buy without signing in: your orders stay in this browser. If you want to sign in, try again in a minute.',
  again: 'Try again',
  failures: {
    denied: { title: 'You did not sign in', text: 'Nothing has changed. You can buy as a guest.' },
    expired: {
      title: 'This sign-in can no longer be completed',
      text: 'It took too long, was used before, or was begun in another window or browser. Begin it again here.',
    },
    failed: {
      title: 'Signing in did not work',
      text: 'The sign-in provider did not answer as expected. Nothing has changed. Try again in a minute, or buy as a guest.',
    },
  },
  isSignedIn: 'You are signed in',
  isSignedInText: 'You find the same orders on every device on which you sign in.',
  continue: 'Continue',
  signedOut: 'You are signed out',
  signedOutText: 'You see your orders again when you sign in.',
  signOutAt: (name: string) => `Sign out at ${name} too`,
  signOutAtText: (name: string) =>
    `You are signed out of this shop. Next, ${name} asks whether you want to sign out there too.`,
  notSignedOutAt: (name: string) =>
    `You are signed out of this shop. You may still be signed in at ${name}: if others use this device, sign out there too.`,
  beforePaying: 'Sign in first, to find this order on every device',
  heldAsGuest: 'This order stays in this browser',
  heldAsGuestText:
    'You reserved these tickets before you signed in, and they could not be moved to your account: there are too few left, or you have reached the limit per person. They are still yours to buy; you will find the order in this browser only.',
  guestOrders: 'Orders made as a guest in this browser',
};
