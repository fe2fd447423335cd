import type { Texts } from './en.js';

export const legal: Texts['legal'] = {
  label: 'Rechtliches',
  terms: 'AGB',
  privacy: 'Datenschutz',
  imprint: 'Impressum',
  accept: 'Mit der Bestellung akzeptieren Sie die',
  acceptLink: 'Allgemeinen Geschäftsbedingungen (öffnet in einem neuen Tab)',
};
