import type { DeclineReason } from '@box-office/contract';

/** The payment methods of the simulator. German. */
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

const WRONG_CVC = 'Die Prüfnummer der Karte stimmt nicht. Prüfen Sie sie und versuchen Sie es noch einmal.';
const WRONG_EXPIRY = 'Das Ablaufdatum der Karte stimmt nicht. Prüfen Sie es und versuchen Sie es noch einmal.';
const WRONG_NUMBER = 'Die Kartennummer stimmt nicht. Prüfen Sie sie und versuchen Sie es noch einmal.';
const LIMIT_REACHED = 'Das Limit der Karte ist erreicht. Nehmen Sie eine andere oder fragen Sie Ihre Bank.';

/** Why a payment was declined, and what to do. German. */
export const DECLINES = {
  amount_not_supported: 'Dieser Betrag kann nicht abgebucht werden. Versuchen Sie eine andere Anzahl von Tickets.',
  authentication_required:
    'Ihre Bank verlangt, dass Sie die Zahlung bestätigen. Zahlen Sie noch einmal und bestätigen Sie, wenn Sie gefragt werden.',
  authentication_timed_out:
    'Die Zahlung wurde nicht rechtzeitig bei der Bank bestätigt. Zahlen Sie noch einmal und bestätigen Sie gleich.',
  card_declined:
    'Die Bank oder der Kartenanbieter hat die Zahlung nicht erlaubt. Fragen Sie dort nach oder nehmen Sie eine andere Karte.',
  card_not_supported: 'Mit dieser Karte ist eine solche Zahlung nicht möglich. Nehmen Sie eine andere.',
  card_velocity_exceeded: LIMIT_REACHED,
  currency_not_supported: 'Mit dieser Karte ist eine Zahlung in dieser Währung nicht möglich. Nehmen Sie eine andere.',
  expired_card: 'Die Karte ist abgelaufen. Nehmen Sie eine andere.',
  incorrect_cvc: WRONG_CVC,
  incorrect_number: WRONG_NUMBER,
  insufficient_funds: 'Die Karte ist nicht ausreichend gedeckt. Nehmen Sie eine andere.',
  invalid_cvc: WRONG_CVC,
  invalid_expiry_month: WRONG_EXPIRY,
  invalid_expiry_year: WRONG_EXPIRY,
  invalid_number: WRONG_NUMBER,
  invalid_payment_method: 'Die Zahlungsdaten konnten nicht verwendet werden. Geben Sie sie noch einmal ein.',
  payment_intent_authentication_failure:
    'Die Bank konnte nicht bestätigen, dass Sie es waren. Versuchen Sie es noch einmal oder nehmen Sie eine andere Karte.',
  processing_error:
    'Die Zahlung konnte nicht verarbeitet werden. Versuchen Sie es in einer Minute noch einmal oder nehmen Sie eine andere Karte.',
  withdrawal_count_limit_exceeded: LIMIT_REACHED,
} satisfies Record<DeclineReason, string>;
