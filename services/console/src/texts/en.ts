import type { Widened } from '@box-office/web';

/** Every text of the pages in English; its type is what another language must have. */
export const en = {
  nav: {
    skip: 'Skip to the content',
    door: 'Door',
    signOut: 'Sign out',
    language: 'Language',
    toEvents: 'To the events',
  },
  signIn: {
    title: 'Sign in to the door',
    text: 'For the staff that lets people in.',
    demo: 'Sign in as demo staff',
    demoHelp: 'For demonstrations only. It is off in production.',
    off: 'Signing in is not set up',
    offText: 'Ask the people who run this box office to set it up.',
    with: (name: string) => `Continue with ${name}`,
    withHelp: (name: string) =>
      `You sign in at ${name} and come back here. We learn for which events you let people in: no password, no name, no e-mail address.`,
    unavailable: (name: string) => `${name} does not answer at the moment`,
    unavailableText:
      'You can sign in when it does: try again in a minute. A door that is open on this device keeps checking codes by itself.',
    again: 'Try again',
    failures: {
      denied: { title: 'You did not sign in', text: 'Nothing has changed. You can begin again here.' },
      expired: {
        title: 'This sign-in can no longer be completed',
        text: 'It took too long, was used before, or was begun in another window or browser. Begin it again here.',
      },
      failed: {
        title: 'Signing in did not work',
        text: 'The sign-in provider did not answer as expected. Nothing has changed. Try again in a minute.',
      },
    },
    signedOut: 'You are signed out',
    signedOutText: 'Sign in again to open a door.',
    signOutAt: (name: string) => `Sign out at ${name} too`,
    signOutAtText: (name: string) =>
      `You are signed out of the door. Next, ${name} asks whether you want to sign out there too.`,
    notSignedOutAt: (name: string) =>
      `You are signed out of the door. You may still be signed in at ${name}: if others use this device, sign out there too.`,
  },
  noEvents: {
    title: 'No event is assigned to you',
    text: 'You are signed in, but you cannot let people in anywhere. Ask the organiser to assign an event to you, then sign out and sign in again.',
  },
  otherStaff: {
    title: 'This door is not yours',
    text: 'You are signed in, but not for this event. No ticket was admitted. Ask the organiser to assign the event to you, then sign out and sign in again.',
  },
  choose: {
    title: 'Open a door',
    none: 'There is no event to admit for.',
    event: 'Event',
    gate: 'Gate',
    defaultGate: 'Main entrance',
    gateHelp: 'As people call it. It is shown when somebody comes with a ticket that was used.',
    open: 'Open this door',
  },
  door: {
    change: 'Another door',
    camera: 'Camera',
    start: 'Scan with the camera',
    noCamera:
      'The camera cannot be used. Allow it for this page in the settings of the browser and try again, or enter the code.',
    cameraEnded: 'The camera has ended: another app may have it. Start it again, or enter the code.',
    paused: 'No code is read while you undo an admission.',
    sound: 'Sound',
    code: 'Code',
    codeHelp: 'Scan it, paste it or type it.',
    oneCode: 'One code at a time: scan it again after the answer.',
    check: 'Check the code',
    again: 'Ask again',
    retrying: 'No connection. Asking again …',
    noAnswer: 'No answer. Do not let the person in yet, and ask again when the connection is back.',
    counts: 'Who is in',
    of: (sold: string) => `of ${sold} are in`,
    double: (count: string) => `Besides, with a ticket that was used already: ${count}`,
    noCounts: 'The counts cannot be shown at the moment.',
    recent: 'Last codes',
  },
  search: {
    title: 'Search by name or e-mail',
    label: 'Name or e-mail address',
    help: 'The first letters are enough. Ask the person for a document with the name.',
    button: 'Search',
    found: (count: number) => (count === 1 ? '1 ticket' : `${count} tickets`),
    none: 'No ticket for this event has this name or address. Try fewer letters, or the person who bought it.',
    tooShort: 'Enter at least two letters, and at most 100.',
    more: 'Show more',
    admit: 'Admit',
    in: (time: string, gate: string) => `In since ${time}, ${gate}`,
    transferred: 'Taken over from its buyer.',
    transferredOn: 'Given to somebody whose name is not known. This is the name of its buyer.',
    offline: 'A search needs a connection: no names are kept on this device.',
    noAnswer: 'No answer. Search again in a moment.',
    waiting: 'Waiting for the answer before.',
  },
  connection: {
    connected: 'Connected',
    offline: (since: string) => `Offline since ${since}`,
    signedOut: (since: string) => `Signed out since ${since}`,
    notAssigned: 'You are not assigned to this event: sign out, then sign in',
    onlineOnly:
      'Only while connected: this browser cannot check codes by itself, or the page was not opened over HTTPS.',
    list: (time: string) => `list from ${time}`,
    waiting: (count: string) => `to be reported: ${count}`,
    signIn: 'Sign in again',
  },
  reported: {
    title: 'Found out later',
    double: (time: string, ticket: string, gate: string, otherTime: string) =>
      `${time}, ${ticket}: two people came in with it, the other one at ${otherTime}, ${gate}.`,
    cancelled: (time: string, ticket: string) =>
      `${time}, ${ticket}: it had been given back. You need not do anything: the box office looks into it.`,
    outdated: (time: string, ticket: string) =>
      `${time}, ${ticket}: it had changed hands. You need not do anything: the box office looks into it.`,
    other: (time: string) => `${time}: the box office did not accept the code. Tell the organiser.`,
  },
  result: {
    ready: 'Ready',
    readyText: 'Present a code.',
    ticket: (type: string, serial: number) => `${type}, no. ${serial}`,
    admitted: 'Admit',
    admittedOffline: 'Kept on this device. It is reported when the connection is back.',
    alreadyIn: 'Already in',
    alreadyInText: (time: string, gate: string) => `Admitted at ${time}, ${gate}.`,
    cancelled: 'Cancelled',
    cancelledText: 'The ticket was given back. It is not valid any more.',
    outdated: 'Old code',
    outdatedText: 'The ticket has changed hands. Its new holder has a newer code.',
    otherEvent: 'Other event',
    otherEventText: 'The ticket is for another event.',
    otherDay: 'Not now',
    otherDayText: (day: string) => `The doors of this event are not open. It is on ${day}.`,
    forged: 'Not our ticket',
    forgedText: 'The code was not signed by this box office.',
    unreadable: 'No ticket',
    unreadableText: 'This is not the code of a ticket. Scan it again.',
    noCode: 'No code',
    noCodeText: 'Scan or enter the code of a ticket.',
    notChecked: 'Not checked',
    notCheckedText:
      'Something went wrong on this device. Do not let the person in yet. Reload the page, or use another device.',
    refusedText: 'The box office did not take this. Do not let the person in yet. Scan the code, or search again.',
    problem: 'No answer',
    problemText:
      'The box office cannot be reached. Do not let the person in yet. Ask again: the ticket is admitted once.',
  },
  undo: {
    title: 'Undo this admission',
    reason: 'Reason',
    button: 'Undo',
    done: 'Undone',
    doneText: (ticket: string) => `${ticket} can be admitted again.`,
    noReason: 'Not undone',
    noReasonText: 'Say why the admission is undone, in at most 500 characters.',
    failed: 'Not undone',
    failedText: 'The admission could not be undone. Try again.',
    nothing: 'There is nothing to undo: this admitted no one.',
  },
  unreachable: { title: 'The box office cannot be reached', text: 'No ticket was admitted. Try again in a moment.' },
  notFound: { title: 'Page not found', text: 'The address is mistyped, or the page is gone.' },
  failure: {
    title: 'Something went wrong',
    text: 'It was recorded. Present the code again: a ticket is admitted once.',
  },
  forged: { title: 'This form came from another site', text: 'Nothing was done. Open the door again.' },
  unreadable: {
    title: 'The form could not be read',
    text: 'It did not arrive as it was sent. It admitted no one. Go back and send it again.',
  },
  tooLarge: {
    title: 'The form has too much text',
    text: 'It admitted no one. Go back and shorten what you entered.',
  },
  backToForm: 'Back to the form',
};

/** Any language: a text that is missing or of another shape does not compile. */
export type Texts = Widened<typeof en>;
