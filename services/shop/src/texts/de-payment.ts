/** The payment methods of the simulator, and why a payment was declined. German. */
export const METHODS = {
  pm_approve: { label: 'Karte, die funktioniert', help: 'Die Zahlung wird sofort genehmigt.' },
  pm_decline_insufficient_funds: {
    label: 'Karte ohne ausreichende Deckung',
    help: 'Die Bank lehnt ab. Es wird nichts abgebucht, und Ihre Tickets bleiben für einen neuen Versuch reserviert.',
  },
  pm_slow_4000: {
    label: 'Langsame Bank',
    help: 'Die Bank braucht vier Sekunden. Sie können der Bestellung dabei zusehen.',
  },
  pm_timeout_after_charge: {
    label: 'Bank, deren Antwort verloren geht',
    help: 'Das Geld wird vorgemerkt, aber die Antwort kommt nie an. Wir klären das selbst und buchen einmal ab.',
  },
  pm_capture_refused: {
    label: 'Karte, die mittendrin gesperrt wird',
    help: 'Die Zahlung wird genehmigt, dann verweigert. Es wird nichts abgebucht, Ihre Tickets bleiben reserviert.',
  },
  pm_card_authenticationRequired: {
    label: 'Karte, deren Bank eine Bestätigung verlangt',
    help: 'Sie kommen auf eine Seite der Bank und bestätigen die Zahlung dort oder lehnen sie ab.',
  },
};

export const REASONS: Readonly<Record<string, string>> = {
  insufficient_funds: 'Die Karte ist nicht ausreichend gedeckt.',
  amount_not_supported: 'Dieser Betrag kann nicht abgebucht werden. Versuchen Sie eine andere Anzahl von Tickets.',
  currency_not_supported: 'Mit dieser Karte ist eine Zahlung in dieser Währung nicht möglich.',
  payment_intent_authentication_failure: 'Die Bank konnte nicht bestätigen, dass Sie es waren.',
  authentication_timed_out: 'Die Zahlung wurde nicht rechtzeitig bei der Bank bestätigt.',
};
