import type { Texts } from './en.js';

/** Texts of cancelling an order, and of what comes back. */
export const cancel: Texts['cancel'] = {
  title: 'Diese Bestellung stornieren?',
  choose: 'Zu stornierende Tickets',
  update: 'Erstattung anzeigen',
  youGet: 'Sie erhalten zurück',
  prices: 'Bezahlt für diese Tickets',
  withheld: 'Nach den Erstattungsregeln einbehalten',
  feesBack: 'Gebühren, die erstattet werden',
  feesKept: 'Gebühren, die nicht erstattet werden',
  text: (count) =>
    count === 1
      ? 'Das Ticket wird sofort ungültig und kann von anderen gekauft werden. Das lässt sich nicht rückgängig machen.'
      : `Alle ${count} Tickets werden sofort ungültig und können von anderen gekauft werden. Das lässt sich nicht rückgängig machen.`,
  confirm: (amount) => `Stornieren und ${amount} erstatten`,
  confirmFree: 'Tickets stornieren',
  confirmNothing: 'Ohne Erstattung stornieren',
  keep: 'Tickets behalten',
  working: 'Wird storniert …',
  chooseOne: 'Wählen Sie mindestens ein Ticket aus, das Sie stornieren möchten.',
  changed: [
    'Der Betrag ist jetzt ein anderer',
    'Es wurde nichts storniert. Sehen Sie sich den Betrag unten an und bestätigen Sie dann.',
  ],
  wasPossibleUntil: (when) => `Diese Bestellung konnte bis ${when} storniert werden.`,
  others: (count) =>
    count === 1 ? 'Das Ticket unten lässt sich noch stornieren.' : 'Wählen Sie unter den Tickets unten.',
  rules: (parts) => `Nicht erstattet: ${parts}.`,
  keepsFees: 'die Gebühren',
  share: (rate) => `${rate} jedes Preises`,
  fixed: (amount) => `${amount} je Ticket`,
};
