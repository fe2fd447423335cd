import type { Texts } from './en.js';

/** Why something was not done, in German. */
export const problems: Texts['problems'] = {
  unreachable: [
    'Der Ticketverkauf ist nicht erreichbar',
    'Nichts wurde doppelt abgebucht, nichts ist verloren. Versuchen Sie es gleich noch einmal.',
  ],
  unavailable: ['Der Ticketverkauf ist überlastet', 'Es wurde nichts abgebucht. Versuchen Sie es gleich noch einmal.'],
  'rate-limited': ['Das war zu oft in kurzer Zeit', 'Es wurde nichts getan und nichts abgebucht.'],
  'sold-out': [
    'Ausverkauft',
    'Jemand war schneller: Von dieser Art ist kein Ticket mehr da. Es wurde nichts abgebucht.',
  ],
  'not-enough-left': [
    'Nicht genug Tickets übrig',
    'Es sind weniger Tickets übrig, als Sie gewählt haben. Es wurde nichts abgebucht.',
  ],
  'amount-too-large': [
    'Das ist mehr, als sich auf einmal bezahlen lässt',
    'Es wurde nichts abgebucht. Wählen Sie weniger Tickets und kaufen Sie die anderen in einer weiteren Bestellung.',
  ],
  'not-on-sale': [
    'Nicht im Verkauf',
    'Tickets dieser Veranstaltung können zurzeit nicht gekauft werden. Es wurde nichts abgebucht.',
  ],
  'over-buyer-limit': [
    'Das ist mehr, als eine Person haben darf',
    'Tickets, die Sie schon haben oder die für Sie reserviert sind, zählen mit. Es wurde nichts abgebucht.',
  ],
  'payment-declined': ['Die Zahlung wurde abgelehnt', 'Es wurde nichts abgebucht.'],
  'payment-not-captured': [
    'Die Zahlung konnte nicht abgeschlossen werden',
    'Ihre Bank hat sie im letzten Moment verweigert. Es wurde nichts abgebucht.',
  ],
  'price-changed': [
    'Der Preis hat sich geändert',
    'Es wurde nichts abgebucht. Wählen Sie Ihre Tickets neu, um den neuen Preis zu sehen.',
  ],
  'purchase-cancelled': ['Die Bestellung wurde storniert, bevor sie fertig war', 'Es wurde kein Geld einbehalten.'],
  'purchase-undone': ['Der Veranstalter hat die Bestellung rückgängig gemacht', 'Es wurde kein Geld einbehalten.'],
  'idempotency-key-reused': [
    'Von dieser Seite haben Sie schon Tickets reserviert',
    'Sie stehen unter Meine Bestellungen. Sie können diese hier zusätzlich reservieren.',
  ],
  'cancellation-too-late': [
    'Zum Stornieren ist es zu spät',
    'Ihre Tickets bleiben gültig. Fragen Sie den Veranstalter.',
  ],
  'ticket-transferred': [
    'Weitergegeben',
    'Ein Ticket, das jetzt jemand anderes hat, können Sie nicht mehr stornieren. Es wurde nichts storniert.',
  ],
  'ticket-not-transferable': [
    'Dieses Ticket lässt sich nicht weitergeben',
    'Es wurde am Einlass benutzt, ist storniert, oder die Veranstaltung ist vorbei. Es wurde nichts geändert.',
  ],
  'unknown-transfer': [
    'Dieser Link gilt nicht mehr',
    'Er wurde zurückgezogen oder ist abgelaufen, oder jemand anderes hat das Ticket angenommen. Bitten Sie um einen neuen.',
  ],
  'ticket-admitted': [
    'Am Einlass benutzt',
    'Ein Ticket, das am Einlass benutzt wurde, kann nicht mehr storniert werden. Es wurde nichts storniert.',
  ],
  'mail-refused': [
    'Es kann keine E-Mail gesendet werden',
    'Es gibt kein gültiges Ticket mehr zu senden, oder keine E-Mail-Adresse.',
  ],
  'unknown-guest-link': [
    'Dieser Link gilt nicht mehr',
    'Er wurde schon benutzt oder ist älter als eine Stunde. Fordern Sie einen neuen an: Ihre Bestellungen sind davon nicht berührt.',
  ],
  'nothing-to-cancel': [
    'Es gibt nichts mehr zu stornieren',
    'Die Tickets sind schon storniert, oder die Bestellung kam nie zustande. Es wird nichts weiter erstattet.',
  ],
  'purchase-open': ['Diese Bestellung ist noch in Arbeit', 'Sie können sie stornieren, sobald sie fertig ist.'],
  'unknown-ticket': ['Diese Tickets gehören nicht zu dieser Bestellung', 'Es wurde nichts storniert.'],
  'invalid-request': [
    'Etwas im Formular lässt sich nicht verwenden',
    'Es wurde nichts getan und nichts abgebucht. Prüfen Sie Ihre Eingaben und senden Sie das Formular noch einmal.',
  ],
  other: [
    'Das hat nicht geklappt',
    'Nichts wurde doppelt abgebucht, nichts ist verloren. Versuchen Sie es noch einmal.',
  ],
};
