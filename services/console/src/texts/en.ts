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
    demoHelp: 'For trying things out. It is switched off in production.',
    off: 'Signing in is not available yet. Doors can use the API with tokens of your issuer.',
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
    noCamera: 'The camera cannot be used. Enter the code instead.',
    code: 'Code',
    codeHelp: 'Scan it, paste it or type it.',
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
  connection: {
    connected: 'Connected',
    offline: (since: string) => `Offline since ${since}`,
    signedOut: (since: string) => `Signed out since ${since}`,
    onlineOnly:
      'Only while connected: this browser cannot check codes by itself, or the page was not opened over HTTPS.',
    list: (time: string) => `list from ${time}`,
    waiting: (count: string) => `to be reported: ${count}`,
    signIn: 'Sign in again',
  },
  settled: {
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
    noCodeText: 'Scan or enter a code.',
    notChecked: 'Not checked',
    notCheckedText:
      'Something went wrong on this device. Do not let the person in yet. Reload the page, or use another device.',
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
    noReasonText: 'Say why the admission is undone.',
    failed: 'Not undone',
    failedText: 'The admission could not be undone. Try again.',
  },
  unreachable: { title: 'The box office cannot be reached', text: 'No ticket was admitted. Try again in a moment.' },
  notFound: { title: 'Page not found', text: 'The address is mistyped, or the page is gone.' },
  failure: {
    title: 'Something went wrong',
    text: 'It was recorded. Present the code again: a ticket is admitted once.',
  },
  forged: { title: 'This form came from another site', text: 'Nothing was done. Open the door again.' },
};

/** Any language: a text that is missing or of another shape does not compile. */
export type Texts = Widened<typeof en>;
