import type { Language } from '@box-office/contract';
import type { TicketWords } from '@box-office/tickets/pdf';

/** Texts of mails and of the PDF in one language. */
export interface MailTexts {
  readonly t: TicketWords['t'];
  readonly subject: (event: string) => string;
  readonly heading: (event: string) => string;
  readonly hello: (name: string) => string;
  readonly attached: (tickets: number) => string;
  readonly when: string;
  readonly where: string;
  readonly tickets: string;
  readonly paid: string;
  readonly reference: string;
  readonly show: string;
  readonly atTheDoor: string;
  readonly footer: (sender: string) => string;
  /** In place of others, for who has taken tickets over. */
  readonly received: {
    readonly showOne: string;
    readonly showAll: string;
    readonly footer: (sender: string) => string;
  };
  /** Of the link with which a guest finds orders. */
  readonly link: {
    readonly subject: (sender: string) => string;
    readonly heading: string;
    readonly asked: string;
    readonly events: string;
    readonly show: string;
    readonly once: string;
    readonly footer: (sender: string) => string;
  };
}

const en: MailTexts = {
  t: {
    free: 'Free',
    dateAndTime: (day, time) => `${day}, ${time}`,
    order: {
      number: (serial) => `No. ${serial}`,
      price: 'Price',
      reference: 'Order number',
      organiser: 'Organiser',
      admits: 'Admits one person, once. Anybody who has a copy of this code can use the ticket.',
    },
  },
  subject: (event) => `Your tickets for ${event}`,
  heading: (event) => `You’re going to ${event}`,
  hello: (name) => `Hello ${name},`,
  attached: (tickets) =>
    tickets === 1
      ? 'your ticket is attached as a PDF, to print or to show on your phone.'
      : `your ${tickets} tickets are attached as a PDF, one on each page, to print or to show on your phone.`,
  when: 'When',
  where: 'Where',
  tickets: 'Tickets',
  paid: 'Paid',
  reference: 'Order number',
  show: 'Show my order',
  atTheDoor: 'Each code admits one person, once. Pass this mail on only with the tickets.',
  footer: (sender) =>
    `You get this mail because tickets of ${sender} were bought with this address. If it was not you, delete it.`,
  received: {
    showOne: 'Show my ticket',
    showAll: 'Show my tickets',
    footer: (sender) =>
      `You get this mail because a ticket of ${sender} was accepted with this address. If it was not you, delete it.`,
  },
  link: {
    subject: (sender) => `Your orders at ${sender}`,
    heading: 'Find your orders',
    asked: 'somebody, we hope you, asked for the orders and tickets of this address.',
    events: 'Events',
    show: 'Find my orders',
    once: 'The link works once, and for one hour. Anybody who has it can see your tickets: do not pass it on.',
    footer: (sender) => `If you did not ask ${sender} for it, delete this mail: nothing happens.`,
  },
};

const de: MailTexts = {
  t: {
    free: 'Kostenlos',
    dateAndTime: (day, time) => `${day}, ${time} Uhr`,
    order: {
      number: (serial) => `Nr. ${serial}`,
      price: 'Preis',
      reference: 'Bestellnummer',
      organiser: 'Veranstalter',
      admits: 'Lässt eine Person einmal ein. Wer eine Kopie dieses Codes hat, hat das Ticket.',
    },
  },
  subject: (event) => `Ihre Tickets für ${event}`,
  heading: (event) => `Sie sind dabei: ${event}`,
  hello: (name) => `Guten Tag ${name},`,
  attached: (tickets) =>
    tickets === 1
      ? 'Ihr Ticket hängt als PDF an, zum Drucken oder zum Zeigen auf dem Telefon.'
      : `Ihre ${tickets} Tickets hängen als PDF an, eines auf jeder Seite, zum Drucken oder zum Zeigen auf dem Telefon.`,
  when: 'Wann',
  where: 'Wo',
  tickets: 'Tickets',
  paid: 'Bezahlt',
  reference: 'Bestellnummer',
  show: 'Bestellung ansehen',
  atTheDoor: 'Jeder Code lässt eine Person einmal ein. Geben Sie diese E-Mail nur zusammen mit den Tickets weiter.',
  footer: (sender) =>
    `Sie bekommen diese E-Mail, weil mit dieser Adresse Tickets von ${sender} gekauft wurden. Waren Sie das nicht, löschen Sie sie.`,
  received: {
    showOne: 'Ticket ansehen',
    showAll: 'Tickets ansehen',
    footer: (sender) =>
      `Sie bekommen diese E-Mail, weil mit dieser Adresse ein Ticket von ${sender} angenommen wurde. Waren Sie das nicht, löschen Sie sie.`,
  },
  link: {
    subject: (sender) => `Ihre Bestellungen bei ${sender}`,
    heading: 'Ihre Bestellungen',
    asked: 'jemand, hoffentlich Sie, hat nach den Bestellungen und Tickets dieser Adresse gefragt.',
    events: 'Veranstaltungen',
    show: 'Meine Bestellungen finden',
    once: 'Der Link gilt einmal und eine Stunde lang. Wer ihn hat, sieht Ihre Tickets: Geben Sie ihn nicht weiter.',
    footer: (sender) => `Haben Sie ${sender} nicht darum gebeten, löschen Sie diese E-Mail: Es passiert nichts.`,
  },
};

export const MAIL_TEXTS: Readonly<Record<Language, MailTexts>> = { en, de };
