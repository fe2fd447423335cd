import type { Texts } from './en.js';

/** Texts about signing in and out. */
export const signIn: Texts['signIn'] = {
  title: 'Anmelden',
  text: 'Zum Kaufen brauchen Sie kein Konto. Angemeldet finden Sie dieselben Bestellungen auf jedem Gerät.',
  with: (name) => `Weiter mit ${name}`,
  withHelp: (name) =>
    `Sie melden sich bei ${name} an und kommen hierher zurück. Wir erfahren nur, dass Sie es wieder sind: kein Passwort, keinen Namen, keine E-Mail-Adresse.`,
  demo: 'Als Demo-Käufer anmelden',
  demoHelp:
    'Zum Ausprobieren. Im Betrieb ist das abgeschaltet, und alle, die es ausprobieren, teilen sich diese Bestellungen.',
  off: 'Anmelden ist hier nicht möglich',
  offText: 'Kaufen Sie als Gast: Ihre Bestellungen bleiben in diesem Browser.',
  unavailable: (name) => `${name} antwortet gerade nicht`,
  unavailableText:
    'Sie können kaufen, ohne sich anzumelden: Ihre Bestellungen bleiben in diesem Browser. Möchten Sie sich anmelden, versuchen Sie es in einer Minute noch einmal.',
  again: 'Noch einmal versuchen',
  failures: {
    denied: {
      title: 'Sie haben sich nicht angemeldet',
      text: 'Es hat sich nichts geändert. Sie können als Gast kaufen.',
    },
    expired: {
      title: 'Diese Anmeldung ist vorbei',
      text: 'Sie hat zu lange gedauert, wurde schon benutzt oder in einem anderen Fenster oder Browser begonnen. Beginnen Sie hier noch einmal.',
    },
    failed: {
      title: 'Die Anmeldung hat nicht geklappt',
      text: 'Die Gegenseite hat nicht so geantwortet, wie sie sollte. Es hat sich nichts geändert. Versuchen Sie es in einer Minute noch einmal, oder kaufen Sie als Gast.',
    },
  },
  isSignedIn: 'Sie sind angemeldet',
  isSignedInText: 'Auf jedem Gerät, auf dem Sie sich anmelden, finden Sie dieselben Bestellungen.',
  continue: 'Weiter',
  signedOut: 'Sie sind abgemeldet',
  signedOutText: 'Ihre Bestellungen sind wieder da, wenn Sie sich anmelden.',
  signOutAt: (name) => `Auch bei ${name} abmelden`,
  signOutAtText: (name) =>
    `In diesem Shop sind Sie abgemeldet. Als Nächstes fragt ${name}, ob Sie sich auch dort abmelden möchten.`,
  notSignedOutAt: (name) =>
    `In diesem Shop sind Sie abgemeldet. Bei ${name} sind Sie vielleicht noch angemeldet: Benutzen andere dieses Gerät, melden Sie sich auch dort ab.`,
  beforePaying: 'Zuerst anmelden, um diese Bestellung auf jedem Gerät zu finden',
  heldAsGuest: 'Diese Bestellung bleibt in diesem Browser',
  heldAsGuestText:
    'Sie haben diese Tickets reserviert, bevor Sie sich angemeldet haben, und sie ließen sich nicht in Ihr Konto übernehmen: Es sind zu wenige übrig, oder Sie haben die Höchstzahl pro Person erreicht. Sie können sie trotzdem kaufen; die Bestellung finden Sie nur in diesem Browser.',
  guestOrders: 'Als Gast in diesem Browser bestellt',
};
