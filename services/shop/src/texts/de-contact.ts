import type { Texts } from './en.js';

/** Texts about the name and the e-mail address of the buyer. */
export const contact: Texts['contact'] = {
  legend: 'Ihre Angaben',
  name: 'Name',
  email: 'E-Mail-Adresse',
  emailHelp: 'An diese Adresse kommen Ihre Tickets, und mit ihr finden Sie Ihre Bestellung wieder.',
  optional: 'Sie können das leer lassen: Ihre Bestellungen finden Sie, wenn Sie sich anmelden.',
  errors: {
    name: 'Geben Sie Ihren Namen ein.',
    email: 'Geben Sie eine E-Mail-Adresse wie ann@example.com ein.',
  },
};
