import { DECLINES, METHODS } from './de-payment.js';
import type { Band } from '../events/availability.js';
import { problems } from './de-problems.js';
import { contact, guestLink } from './de-contact.js';
import { signIn } from './de-sign-in.js';
import { cancel } from './de-cancel.js';
import { legal } from './de-legal.js';
import { receipt } from './de-receipt.js';
import { transfer } from './de-transfer.js';
import type { Texts } from './en.js';

const tickets = (count: number): string => (count === 1 ? '1 Ticket' : `${count} Tickets`);
/** Woher die Tickets einer Bestellung sind und wem sie gehören: `given` davon jetzt jemand anderem. */
const whose = (how: string, count: number, given: number): string => {
  if (given === 0) return `${tickets(count)}, ${how} und Ihre.`;
  if (given === count) return `${tickets(count)}, ${how} und weitergegeben.`;
  return `${tickets(count)}, ${how}. Davon ${given === 1 ? 'ist' : 'sind'} ${given} weitergegeben.`;
};

export const de: Texts = {
  skip: 'Zum Inhalt springen',
  nav: {
    label: 'Hauptmenü',
    programme: 'Programm',
    orders: 'Meine Bestellungen',
    signedIn: 'Angemeldet',
    signedInAsDemo: 'Angemeldet als Demo-Käufer',
    signOut: 'Abmelden',
    byLink: 'Per E-Mail gefundene Bestellungen',
    leave: 'Verlassen',
    language: 'Sprache',
    footer: (name: string) =>
      `${name}: Tickets ohne Überraschungen. Der Preis, den Sie sehen, ist der Preis, den Sie zahlen.`,
  },
  tickets,
  band: (band: Band): string => {
    switch (band.kind) {
      case 'plenty':
        return 'Verfügbar';
      case 'few':
        return 'Wenige übrig';
      case 'last':
        return band.count === 1 ? 'Letztes Ticket' : `Letzte ${band.count} Tickets`;
      case 'sold_out':
        return 'Ausverkauft';
      case 'unknown':
        return 'Wird gezählt';
    }
  },
  free: 'Kostenlos',
  from: (price) => `ab ${price}`,
  dateAndTime: (day, time) => `${day}, ${time} Uhr`,
  timeOfDay: (time) => `${time} Uhr`,
  ownTime: (when) => `; bei Ihnen ${when} Uhr`,
  programme: {
    intro: 'Was demnächst läuft, und wie viele Tickets noch zu haben sind.',
    search: 'Veranstaltung oder Ort suchen',
    searchButton: 'Suchen',
    show: 'Anzeigen',
    filters: { all: 'Alles', available: 'Noch zu haben', free: 'Kostenlos' },
    found: (count) => (count === 1 ? '1 Veranstaltung' : `${count} Veranstaltungen`),
    empty: 'Noch ist nichts geplant',
    emptyText: 'Neue Veranstaltungen stehen hier, sobald sie angekündigt sind.',
    notFound: 'Keine Veranstaltung passt',
    notFoundText: 'Versuchen Sie andere Wörter oder Tage, oder entfernen Sie die Filter.',
    removeFilters: 'Suche und Filter entfernen',
    when: 'Datum',
    whenAndWhere: 'Datum und Ort',
    from: 'Von',
    to: 'Bis',
    place: 'Ort',
    anyPlace: 'Alle Orte',
    apply: 'Anwenden',
    pages: 'Seiten des Programms',
    previous: 'Vorige Seite',
    next: 'Nächste Seite',
    pageOf: (page, pages) => `Seite ${page} von ${pages}`,
    failed: 'Das Programm kann gerade nicht angezeigt werden',
    failedText: 'Ihre Bestellungen und Tickets sind davon nicht betroffen. Laden Sie die Seite in einer Minute neu.',
  },
  sale: {
    opensOn: (day) => `Verkauf ab ${day}`,
    closed: 'Verkauf unterbrochen',
    cancelled: 'Abgesagt',
    ended: 'Verkauf beendet',
    over: 'Vorbei',
  },
  event: {
    when: 'Wann',
    where: 'Wo',
    fromTo: (from, to) => `${from} bis ${to} Uhr`,
    fromToAnotherDay: (from, to) => `${from} Uhr bis ${to}`,
    refunds: 'Erstattung',
    refundsUntil: (when) => `In voller Höhe, bis ${when}`,
    refundsInPart: (when) => `Zum Teil, bis ${when}.`,
    includesFee: (fee) => `inkl. ${fee} Gebühr`,
    purchaseFee: 'Gebühr je Bestellung',
    ticketFee: (type) => `Gebühr, ${type}`,
    refundsOver: 'Nicht mehr möglich',
    calendar: 'In den Kalender',
    tickets: 'Tickets',
    choose: 'Tickets wählen',
    quantityOf: (type) => `Anzahl Tickets, ${type}`,
    less: (type) => `Ein Ticket weniger, ${type}`,
    more: (type) => `Ein Ticket mehr, ${type}`,
    limit: (count) => `Höchstens ${tickets(count)} pro Person.`,
    total: 'Summe',
    hold: 'Weiter zur Zahlung',
    holdHelp: 'Ihre Tickets bleiben für Sie reserviert, während Sie zahlen. Noch wird nichts abgebucht.',
    holdFree: 'Weiter zu Ihren Angaben',
    holdFreeHelp: 'Ihre Tickets bleiben für Sie reserviert, während Sie Ihre Angaben machen.',
    holding: 'Ihre Tickets werden reserviert …',
    live: 'Die Verfügbarkeit ist live.',
    notLive: (time) => `Nicht live seit ${time} Uhr, neuer Versuch läuft.`,
    soldOut: 'Ausverkauft',
    soldOutText: 'Alle Tickets sind vergeben. Zurückgegebene Tickets erscheinen hier sofort.',
    notStarted: 'Noch nicht im Verkauf',
    notStartedText: (when) => `Tickets gibt es ab ${when}.`,
    opensByItself: 'Die Tickets erscheinen hier, sobald der Verkauf beginnt.',
    saleInCalendar: 'Verkaufsbeginn in den Kalender',
    closedText: 'Der Veranstalter hat den Verkauf unterbrochen. Gekaufte Tickets bleiben gültig.',
    cancelledText: 'Diese Veranstaltung findet nicht statt. Alle Tickets werden voll erstattet; Sie müssen nichts tun.',
    endedText: 'Tickets können nicht mehr gekauft werden. Gekaufte Tickets bleiben gültig.',
    overText: 'Diese Veranstaltung hat stattgefunden.',
    holdRuns: 'Auf Sie warten Tickets',
    holdRunsText: (count, time) =>
      `${tickets(count)} dieser Veranstaltung ${count === 1 ? 'ist' : 'sind'} bis ${time} für Sie reserviert.`,
    continue: 'Jetzt bezahlen',
    released: 'Ihre Tickets sind zurückgegeben',
    releasedText: 'Es wurde nichts abgebucht.',
    unknownTitle: 'Diese Veranstaltung gibt es nicht',
    unknownText: 'Vielleicht wurde sie entfernt, oder die Adresse ist falsch geschrieben.',
    back: 'Zurück zum Programm',
  },
  errors: {
    title: 'Da stimmt etwas nicht',
    chooseOne: 'Wählen Sie mindestens ein Ticket.',
    quantity: (max) => `Geben Sie eine Zahl von 0 bis ${max} ein.`,
    kinds: (max) => `Wählen Sie höchstens ${max} Arten von Tickets auf einmal.`,
    overLimit: (max) => `Wählen Sie zusammen höchstens ${tickets(max)}.`,
    chooseMethod: 'Wählen Sie, wie Sie zahlen möchten.',
  },
  checkout: {
    steps: ['Tickets', 'Zahlung', 'Bestätigung'],
    freeSteps: ['Tickets', 'Ihre Angaben', 'Bestätigung'],
    stepsLabel: 'Ihr Fortschritt',
    title: 'Zahlung',
    freeTitle: 'Ihre kostenlosen Tickets',
    heldUntil: (time) => `Für Sie reserviert bis ${time}`,
    minutesLeft: { five: 'Noch fünf Minuten reserviert.', one: 'Noch eine Minute reserviert.' },
    summary: 'Ihre Bestellung',
    method: 'Zahlungsart',
    testHelp: 'Dies ist ein Probelauf: Es fließt kein echtes Geld. Wählen Sie, was Ihre Bank tun soll.',
    methods: METHODS,
    pay: () => 'Zahlungspflichtig bestellen',
    getFree: (count) => (count === 1 ? 'Mein kostenloses Ticket holen' : `Meine ${count} kostenlosen Tickets holen`),
    paying: 'Zahlung läuft …',
    gettingFree: 'Tickets werden geholt …',
    once: 'Es wird einmal abgebucht, wie oft Sie auch klicken, neu laden oder zurückkommen.',
    release: 'Tickets zurückgeben',
    noPayments: 'Hier ist keine Zahlung eingerichtet',
    noPaymentsText:
      'Dieser Shop kann noch keine Zahlungen annehmen. Es wurde nichts abgebucht. Ihre Tickets werden nach Ablauf der Zeit wieder frei.',
    methodKept: 'Ihre Zahlungsdaten sind schon eingegeben.',
    stripeLoading: 'Das Zahlungsformular wird geladen …',
    stripeFailed:
      'Das Zahlungsformular konnte nicht geladen werden. Es wurde nichts abgebucht. Prüfen Sie Ihre Verbindung und laden Sie die Seite neu.',
    needsScript: 'Zum Bezahlen wird hier JavaScript gebraucht',
    needsScriptText:
      'Das Zahlungsformular kommt von unserem Zahlungsdienst Stripe. Schalten Sie JavaScript ein und laden Sie die Seite neu: Ihre Tickets bleiben bis zur genannten Zeit reserviert.',
    declinedText:
      'Es wurde nichts abgebucht. Ihre Tickets sind noch reserviert: Versuchen Sie es noch einmal oder zahlen Sie anders.',
    payAgain: [
      'Ihre letzte Zahlung kam nicht zustande',
      'Es wurde nichts abgebucht. Ihre Tickets sind noch reserviert: Prüfen Sie die Zahlungsart und zahlen Sie noch einmal.',
    ],
    declines: DECLINES,
    expired: 'Die Zeit ist abgelaufen',
    expiredText: 'Ihre Tickets sind wieder frei. Es wurde nichts abgebucht. Wählen Sie neu, falls noch welche da sind.',
    unknown: 'Diese Tickets sind nicht für Sie reserviert',
    unknownText:
      'Vielleicht wurden sie in einem anderen Browser oder von jemand anderem reserviert. Es wurde nichts abgebucht.',
    again: 'Neu wählen',
    wait: 'Ihre Tickets werden reserviert',
    waitText: 'Das dauert einen Moment. Die Seite lädt von selbst neu.',
  },
  order: {
    back: 'Zurück zur Bestellung',
    openTitle: 'Ihre Bestellung wird abgeschlossen',
    openText: 'Sie können diese Seite schließen: Nichts geht verloren, die Bestellung steht unter Meine Bestellungen.',
    progress: {
      received: 'Bestellung eingegangen',
      payment: {
        unknown: 'In Bearbeitung',
        not_needed: 'Nichts zu bezahlen',
        authorising: 'Die Zahlung wird geprüft',
        completing: 'Die Zahlung wird abgeschlossen',
      },
      tickets: 'Tickets',
    },
    showAgain: 'Aktuellen Stand zeigen',
    actionTitle: 'Bestätigen Sie die Zahlung bei Ihrer Bank',
    actionText: (time) =>
      `Bisher wurde nichts abgebucht. Ihre Tickets bleiben bis ${time} reserviert. Ohne Bestätigung bis dahin werden sie wieder frei.`,
    actionButton: 'Weiter zur Bank',
    slow: 'Das dauert länger als üblich.',
    going: (event) => `Sie sind dabei: ${event}`,
    eventCancelled: (event) => `${event} ist abgesagt`,
    confirmedText: (count, given) => whose('bezahlt', count, given),
    freeText: (count, given) => whose('kostenlos', count, given),
    ticketOf: (type, serial) => `${type}, Nr. ${serial}`,
    number: (serial) => `Nr. ${serial}`,
    codeOf: (type, serial) => `QR-Code des Tickets ${type}, Nr. ${serial}`,
    codeHelp:
      'Zeigen Sie den Code am Einlass, auf dem Telefon oder auf Papier. Machen Sie den Bildschirm hell. Jeder Code lässt eine Person einmal ein: Geben Sie ihn nur weiter, wenn Sie auch das Ticket weitergeben.',
    noCode:
      'Der Code kann gerade nicht gezeigt werden. Ihr Ticket ist gültig; laden Sie die Seite in einer Minute neu.',
    pdf: 'Tickets als PDF',
    pdfFailed: 'Das PDF kann gerade nicht erstellt werden',
    pdfFailedText: 'Ihre Tickets sind gültig. Versuchen Sie es in einer Minute noch einmal.',
    price: 'Preis',
    organiser: 'Veranstalter',
    admits: 'Lässt eine Person einmal ein. Wer eine Kopie dieses Codes hat, hat das Ticket.',
    used: (time, gate) => `Benutzt um ${time} Uhr, ${gate}`,
    reference: 'Bestellnummer',
    orderedOn: 'Bestellt am',
    paid: 'Bezahlt',
    refunded: 'Erstattet',
    pending: 'Wird erstattet',
    byHand: 'Vom Veranstalter zurückgezahlt',
    details: 'Angaben zur Bestellung',
    guestHelp:
      'Sie haben als Gast gekauft. Dieser Browser findet Ihre Tickets unter Meine Bestellungen, jeder andere über Ihre E-Mail-Adresse.',
    cancel: 'Bestellung stornieren',
    cancelUntil: (when) => `Sie können bis ${when} stornieren.`,
    cancelled: 'Diese Bestellung ist storniert',
    cancelledText: (amount) => `${amount} sind auf demselben Weg zurückgegangen.`,
    cancelling: 'Diese Bestellung wird storniert',
    cancellingText: (amount) => `${amount} sind auf dem Weg zu Ihnen. Die Tickets sind nicht mehr gültig.`,
    failed: 'Aus dieser Bestellung gibt es keine Tickets',
    tryAgain: 'Andere Zahlungsart versuchen',
    toEvent: 'Zurück zur Veranstaltung',
    unknown: 'Diese Bestellung gehört Ihnen nicht, oder es gibt sie nicht',
    unknownText:
      'Bestellungen eines Gastes zeigt der Browser, in dem sie gemacht wurden. In einem anderen finden Sie sie per E-Mail.',
  },
  cancel,
  orders: {
    holds: 'Für Sie reserviert',
    past: 'Bestellungen',
    empty: 'Noch keine Bestellungen',
    emptyText: 'Tickets, die Sie kaufen, stehen hier.',
    toProgramme: 'Zum Programm',
    status: {
      open: 'Läuft',
      confirmed: 'Bestätigt',
      cancelling: 'Wird storniert',
      cancelled: 'Storniert',
      declined: 'Zahlung abgelehnt',
      refused: 'Nicht zustande gekommen',
      undone: 'Nicht zustande gekommen',
    },
    older: 'Ältere Bestellungen',
    show: (event) => `Bestellung für ${event} anzeigen`,
  },
  contact,
  legal,
  receipt,
  guestLink,
  transfer,
  signIn,
  problems,
  tryAgainIn: (seconds) => {
    if (seconds === undefined || seconds < 5) return 'Warten Sie einen Moment und versuchen Sie es dann noch einmal.';
    return seconds <= 90
      ? `Sie können es in ${seconds} Sekunden noch einmal versuchen.`
      : `Sie können es in ${Math.ceil(seconds / 60)} Minuten noch einmal versuchen.`;
  },
  payableAtOnce: (amount) => `Auf einmal lassen sich höchstens ${amount} bezahlen.`,
  left: (count) => `Nur noch ${tickets(count)} da.`,
  notFound: {
    title: 'Seite nicht gefunden',
    text: 'Die Adresse ist falsch geschrieben, oder die Seite gibt es nicht mehr.',
  },
  failure: {
    title: 'Etwas ist schiefgegangen',
    text: 'Der Fehler ist festgehalten. Ihre Bestellungen und Tickets sind nicht betroffen.',
  },
  forged: {
    title: 'Dieses Formular kam von einer anderen Seite',
    text: 'Es wurde nichts getan. Öffnen Sie den Shop neu und wiederholen Sie es dort.',
  },
  unreadable: {
    title: 'Das Formular war nicht lesbar',
    text: 'Es ist nicht so angekommen, wie es gesendet wurde. Es wurde nichts getan und nichts abgebucht. Gehen Sie zurück und senden Sie es noch einmal.',
  },
  tooLarge: {
    title: 'Das Formular enthält zu viel Text',
    text: 'Es wurde nichts getan und nichts abgebucht. Gehen Sie zurück und kürzen Sie, was Sie eingegeben haben.',
  },
  backToForm: 'Zurück zum Formular',
};
