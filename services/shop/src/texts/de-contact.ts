import type { Texts } from './en.js';

/** Texts about the name and the e-mail address of the buyer. */
export const contact: Texts['contact'] = {
  name: 'Name',
  email: 'E-Mail-Adresse',
  emailHelp: 'An diese Adresse kommen Ihre Tickets, und mit ihr finden Sie Ihre Bestellung wieder.',
  optional: 'Sie können das leer lassen: Ihre Bestellungen finden Sie, wenn Sie sich anmelden.',
  title: 'Ihre Angaben',
  text: 'Hierhin kommen Ihre Tickets. Auch E-Mails, die schon unterwegs sind, gehen an die neue Adresse.',
  save: 'Speichern',
  saveAndSend: 'Speichern und Tickets senden',
  saving: 'Wird gespeichert …',
  mail: 'Tickets per E-Mail',
  onTheWay: (email) => `Ihre Tickets sind unterwegs an ${email}.`,
  sent: (email) => `Ihre Tickets wurden an ${email} gesendet.`,
  refused: (email) => `Der Mailserver von ${email} nimmt unsere E-Mail nicht an. Prüfen Sie die Adresse.`,
  notDelivered: (email) => `Die E-Mail an ${email} konnte nicht zugestellt werden. Senden Sie die Tickets noch einmal.`,
  notSent: (email) => `Ihre Tickets wurden noch nicht an ${email} gesendet.`,
  none: 'Sie haben keine E-Mail-Adresse angegeben.',
  send: 'Tickets noch einmal senden',
  sendFirst: 'Tickets per E-Mail senden',
  sending: 'Wird gesendet …',
  change: 'Adresse ändern',
  give: 'E-Mail-Adresse angeben',
  errors: {
    name: 'Geben Sie Ihren Namen ein.',
    email: 'Geben Sie eine E-Mail-Adresse wie ann@example.com ein.',
  },
  unusableName:
    'Ihr Name ist zu lang oder enthält ein Zeichen, das nicht gedruckt werden kann. Tippen Sie ihn von Hand ein.',
};

/** Texts about orders that a guest finds by e-mail. */
export const guestLink: Texts['guestLink'] = {
  missing: 'Fehlt eine Bestellung?',
  find: 'Bestellungen per E-Mail finden',
  title: 'Bestellungen finden',
  text: 'Geben Sie die Adresse ein, an die Ihre Tickets gesendet wurden. Sie bekommen eine E-Mail mit einem Link zu Ihren Bestellungen.',
  ask: 'Link senden',
  askedTitle: 'Sehen Sie in Ihr Postfach',
  asked:
    'Gibt es Bestellungen mit dieser Adresse, ist eine E-Mail mit einem Link dorthin unterwegs. Er gilt einmal und eine Stunde lang.',
  again: 'Nichts angekommen? Prüfen Sie die Adresse und den Spam-Ordner, und fordern Sie dann einen neuen Link an.',
  openTitle: 'Bestellungen öffnen',
  openText: 'Der Link gilt einmal. Ihre Bestellungen sind dann in diesem Browser zu sehen, bis Sie sie verlassen.',
  open: 'Meine Bestellungen zeigen',
  leaves: 'Die per E-Mail gefundenen Bestellungen sind danach nicht mehr zu sehen.',
  opening: 'Wird geöffnet …',
};
