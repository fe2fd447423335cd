import type { Texts } from './en.js';

/** Texts of receipts and of what they state. */
export const receipt: Texts['receipt'] = {
  title: 'Rechnungen',
  receipt: (number) => `Rechnung ${number}`,
  correction: (number) => `Korrektur ${number}`,
  corrects: (number) => `zur Rechnung ${number}, weil Tickets storniert wurden`,
  link: 'Ansehen und drucken',
  print: 'Drucken',
  vatId: 'USt-IdNr.',
  issued: 'Ausgestellt am',
  item: 'Leistung',
  rate: 'Steuersatz',
  net: 'Netto',
  tax: 'Steuer',
  gross: 'Brutto',
  total: (currency) => `Summe ${currency}`,
  fees: 'Darin Gebühren',
  none: 'Es gibt noch keine Rechnung',
  noneText:
    'Rechnungen werden einige Augenblicke nach der Zahlung ausgestellt. Laden Sie die Seite in einer Minute neu.',
  includesTax: 'inkl. Steuer',
  pricesIncludeTax: 'Die Preise enthalten die Steuer.',
};
