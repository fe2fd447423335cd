import type { Texts } from './en.js';

export const de: Texts = {
  nav: {
    skip: 'Zum Inhalt springen',
    door: 'Einlass',
    signOut: 'Abmelden',
    language: 'Sprache',
    toEvents: 'Zu den Veranstaltungen',
  },
  signIn: {
    title: 'Am Einlass anmelden',
    text: 'Für alle, die Leute einlassen.',
    demo: 'Als Demo-Personal anmelden',
    demoHelp: 'Zum Ausprobieren. Im Betrieb ist es abgeschaltet.',
    off: 'Die Anmeldung ist nicht eingerichtet',
    offText: 'Bitten Sie die Betreiber des Ticketverkaufs, sie einzurichten.',
    with: (name) => `Weiter mit ${name}`,
    withHelp: (name) =>
      `Sie melden sich bei ${name} an und kommen hierher zurück. Wir erfahren, für welche Veranstaltungen Sie einlassen: kein Passwort, keinen Namen, keine E-Mail-Adresse.`,
    unavailable: (name) => `${name} antwortet gerade nicht`,
    unavailableText:
      'Anmelden können Sie sich, sobald es wieder geht: Versuchen Sie es in einer Minute noch einmal. Ein Einlass, der auf diesem Gerät geöffnet ist, prüft Codes weiter selbst.',
    again: 'Noch einmal versuchen',
    failures: {
      denied: {
        title: 'Sie haben sich nicht angemeldet',
        text: 'Es hat sich nichts geändert. Sie können hier noch einmal beginnen.',
      },
      expired: {
        title: 'Diese Anmeldung ist vorbei',
        text: 'Sie hat zu lange gedauert, wurde schon benutzt oder in einem anderen Fenster oder Browser begonnen. Beginnen Sie hier noch einmal.',
      },
      failed: {
        title: 'Die Anmeldung hat nicht geklappt',
        text: 'Die Gegenseite hat nicht so geantwortet, wie sie sollte. Es hat sich nichts geändert. Versuchen Sie es in einer Minute noch einmal.',
      },
    },
    signedOut: 'Sie sind abgemeldet',
    signedOutText: 'Melden Sie sich wieder an, um einen Einlass zu öffnen.',
    signOutAt: (name) => `Auch bei ${name} abmelden`,
    signOutAtText: (name) =>
      `Am Einlass sind Sie abgemeldet. Als Nächstes fragt ${name}, ob Sie sich auch dort abmelden möchten.`,
    notSignedOutAt: (name) =>
      `Am Einlass sind Sie abgemeldet. Bei ${name} sind Sie vielleicht noch angemeldet: Benutzen andere dieses Gerät, melden Sie sich auch dort ab.`,
  },
  noEvents: {
    title: 'Ihnen ist keine Veranstaltung zugeteilt',
    text: 'Sie sind angemeldet, können aber nirgends einlassen. Lassen Sie sich vom Veranstalter eine Veranstaltung zuteilen; dann melden Sie sich ab und wieder an.',
  },
  otherStaff: {
    title: 'Das ist nicht Ihr Einlass',
    text: 'Sie sind angemeldet, aber nicht für diese Veranstaltung; es wurde niemand eingelassen. Lassen Sie sich die Veranstaltung vom Veranstalter zuteilen; dann melden Sie sich ab und wieder an.',
  },
  choose: {
    title: 'Einlass öffnen',
    none: 'Es gibt keine Veranstaltung, für die eingelassen werden kann.',
    event: 'Veranstaltung',
    gate: 'Eingang',
    defaultGate: 'Haupteingang',
    gateHelp: 'So, wie man ihn nennt. Er wird gezeigt, wenn jemand mit einem benutzten Ticket kommt.',
    open: 'Diesen Einlass öffnen',
  },
  door: {
    change: 'Anderer Einlass',
    camera: 'Kamera',
    start: 'Mit der Kamera scannen',
    noCamera:
      'Die Kamera kann nicht benutzt werden. Erlauben Sie sie dieser Seite in den Einstellungen des Browsers und versuchen Sie es noch einmal, oder geben Sie den Code ein.',
    cameraEnded:
      'Die Kamera ist aus: Vielleicht benutzt sie eine andere App. Starten Sie sie noch einmal, oder geben Sie den Code ein.',
    paused: 'Solange Sie einen Einlass zurücknehmen, wird kein Code gelesen.',
    sound: 'Ton',
    code: 'Code',
    codeHelp: 'Scannen, einfügen oder eintippen.',
    oneCode: 'Ein Code nach dem anderen: Scannen Sie ihn nach der Antwort noch einmal.',
    check: 'Code prüfen',
    again: 'Noch einmal fragen',
    retrying: 'Keine Verbindung. Es wird noch einmal gefragt …',
    noAnswer:
      'Keine Antwort. Lassen Sie noch niemanden ein, und fragen Sie noch einmal, sobald die Verbindung wieder da ist.',
    counts: 'Wer drin ist',
    of: (sold) => `von ${sold} sind drin`,
    double: (count) => `Außerdem mit einem Ticket, das schon benutzt war: ${count}`,
    noCounts: 'Die Zahlen können gerade nicht gezeigt werden.',
    recent: 'Letzte Codes',
  },
  search: {
    title: 'Nach Name oder E-Mail suchen',
    label: 'Name oder E-Mail-Adresse',
    help: 'Die ersten Buchstaben genügen. Lassen Sie sich einen Ausweis mit dem Namen zeigen.',
    button: 'Suchen',
    found: (count) => (count === 1 ? '1 Ticket' : `${count} Tickets`),
    none: 'Kein Ticket für diese Veranstaltung hat diesen Namen oder diese Adresse. Versuchen Sie weniger Buchstaben oder den Namen der Person, die es gekauft hat.',
    tooShort: 'Geben Sie mindestens zwei Buchstaben ein, höchstens 100.',
    more: 'Mehr zeigen',
    admit: 'Einlassen',
    in: (time, gate) => `Drin seit ${time}, ${gate}`,
    transferred: 'Vom Käufer übernommen.',
    transferredOn: 'An jemanden weitergegeben, dessen Name nicht bekannt ist. Das ist der Name des Käufers.',
    offline: 'Die Suche braucht eine Verbindung: Auf diesem Gerät sind keine Namen gespeichert.',
    noAnswer: 'Keine Antwort. Suchen Sie gleich noch einmal.',
    waiting: 'Wartet auf die Antwort davor.',
  },
  connection: {
    connected: 'Verbunden',
    offline: (since) => `Ohne Verbindung seit ${since}`,
    signedOut: (since) => `Abgemeldet seit ${since}`,
    notAssigned: 'Sie sind dieser Veranstaltung nicht zugeteilt: Melden Sie sich ab und wieder an',
    onlineOnly:
      'Nur mit Verbindung: Dieser Browser kann Codes nicht selbst prüfen, oder die Seite wurde nicht über HTTPS geöffnet.',
    list: (time) => `Liste von ${time}`,
    waiting: (count) => `noch zu melden: ${count}`,
    signIn: 'Wieder anmelden',
  },
  reported: {
    title: 'Nachträglich bekannt',
    double: (time, ticket, gate, otherTime) =>
      `${time}, ${ticket}: Damit sind zwei Personen drin, die andere seit ${otherTime}, ${gate}.`,
    cancelled: (time, ticket) =>
      `${time}, ${ticket}: Es war zurückgegeben. Sie müssen nichts tun: Der Ticketverkauf kümmert sich darum.`,
    outdated: (time, ticket) =>
      `${time}, ${ticket}: Es war weitergegeben. Sie müssen nichts tun: Der Ticketverkauf kümmert sich darum.`,
    other: (time) => `${time}: Der Ticketverkauf hat den Code nicht angenommen. Sagen Sie es dem Veranstalter.`,
  },
  result: {
    ready: 'Bereit',
    readyText: 'Halten Sie einen Code vor.',
    ticket: (type, serial) => `${type}, Nr. ${serial}`,
    admitted: 'Einlassen',
    admittedOffline: 'Auf diesem Gerät gespeichert. Es wird gemeldet, sobald die Verbindung wieder da ist.',
    alreadyIn: 'Schon drin',
    alreadyInText: (time, gate) => `Eingelassen um ${time}, ${gate}.`,
    cancelled: 'Storniert',
    cancelledText: 'Das Ticket wurde zurückgegeben. Es ist nicht mehr gültig.',
    outdated: 'Alter Code',
    outdatedText: 'Das Ticket wurde weitergegeben. Wer es jetzt hat, hat einen neueren Code.',
    otherEvent: 'Andere Veranstaltung',
    otherEventText: 'Das Ticket ist für eine andere Veranstaltung.',
    otherDay: 'Nicht jetzt',
    otherDayText: (day) => `Der Einlass ist nicht geöffnet. Die Veranstaltung ist am ${day}.`,
    forged: 'Nicht unser Ticket',
    forgedText: 'Der Code wurde nicht von uns unterschrieben.',
    unreadable: 'Kein Ticket',
    unreadableText: 'Das ist nicht der Code eines Tickets. Scannen Sie ihn noch einmal.',
    noCode: 'Kein Code',
    noCodeText: 'Scannen Sie den Code eines Tickets, oder geben Sie ihn ein.',
    notChecked: 'Nicht geprüft',
    notCheckedText:
      'Auf diesem Gerät ist etwas schiefgegangen. Lassen Sie noch niemanden ein. Laden Sie die Seite neu, oder nehmen Sie ein anderes Gerät.',
    refusedText:
      'Der Ticketverkauf hat das nicht angenommen. Lassen Sie noch niemanden ein. Scannen Sie den Code, oder suchen Sie noch einmal.',
    problem: 'Keine Antwort',
    problemText:
      'Der Ticketverkauf ist nicht erreichbar. Lassen Sie noch niemanden ein. Fragen Sie noch einmal: Das Ticket wird einmal eingelassen.',
  },
  undo: {
    title: 'Diesen Einlass zurücknehmen',
    reason: 'Grund',
    button: 'Zurücknehmen',
    done: 'Zurückgenommen',
    doneText: (ticket) => `${ticket} kann wieder eingelassen werden.`,
    noReason: 'Nicht zurückgenommen',
    noReasonText: 'Geben Sie in höchstens 500 Zeichen an, warum der Einlass zurückgenommen wird.',
    failed: 'Nicht zurückgenommen',
    failedText: 'Der Einlass konnte nicht zurückgenommen werden. Versuchen Sie es noch einmal.',
    nothing: 'Es gibt nichts zurückzunehmen: Damit wurde niemand eingelassen.',
  },
  unreachable: {
    title: 'Der Ticketverkauf ist nicht erreichbar',
    text: 'Es wurde niemand eingelassen. Versuchen Sie es gleich noch einmal.',
  },
  notFound: {
    title: 'Seite nicht gefunden',
    text: 'Die Adresse ist falsch geschrieben, oder die Seite gibt es nicht mehr.',
  },
  failure: {
    title: 'Etwas ist schiefgegangen',
    text: 'Der Fehler ist festgehalten. Halten Sie den Code noch einmal vor: Ein Ticket wird einmal eingelassen.',
  },
  forged: {
    title: 'Dieses Formular kam von einer anderen Seite',
    text: 'Es wurde nichts getan. Öffnen Sie den Einlass noch einmal.',
  },
  unreadable: {
    title: 'Das Formular war nicht lesbar',
    text: 'Es ist nicht so angekommen, wie es gesendet wurde. Es hat niemanden eingelassen. Gehen Sie zurück und senden Sie es noch einmal.',
  },
  tooLarge: {
    title: 'Das Formular enthält zu viel Text',
    text: 'Es hat niemanden eingelassen. Gehen Sie zurück und kürzen Sie, was Sie eingegeben haben.',
  },
  backToForm: 'Zurück zum Formular',
};
