import type { Texts } from './en.js';

/** Texts about tickets that change hands. */
export const transfer: Texts['transfer'] = {
  title: 'Ticket weitergeben',
  short: 'Weitergeben',
  giveAway: (serial) => `Ticket Nr. ${serial} weitergeben`,
  text: 'Erstellen Sie einen Link und schicken Sie ihn der Person, die das Ticket bekommt. Es bleibt Ihres, bis sie es annimmt.',
  consequence:
    'Danach öffnet Ihr Code die Tür nicht mehr, und Sie können das Ticket nicht mehr stornieren. Eine Erstattung geht an die Person, die bezahlt hat.',
  make: 'Link erstellen',
  makeNew: 'Neuen Link erstellen',
  making: 'Link wird erstellt …',
  link: 'Link für die Person, die das Ticket bekommt',
  linkHelp: 'Wer ihn zuerst öffnet, kann das Ticket annehmen. Er wird nur jetzt gezeigt; ein neuer ersetzt ihn.',
  copy: 'Link kopieren',
  copied: 'Kopiert',
  mail: 'Per E-Mail senden',
  mailText: (event) => `Ein Ticket für ${event} gehört Ihnen, wenn Sie möchten:`,
  open: (when) => `Der Link gilt bis ${when}. Noch hat niemand das Ticket angenommen.`,
  withdraw: 'Link zurückziehen',
  notYours: 'Dieses Ticket können Sie nicht weitergeben, oder es ist nicht mehr gültig.',
  back: 'Zurück zum Ticket',
  given: 'Weitergegeben',
  offered: 'Per Link angeboten',
  offerTitle: 'Ein Ticket für Sie',
  offerText:
    'Jemand möchte Ihnen dieses Ticket geben. Es kostet Sie nichts. Nehmen Sie es an, gehört der Code am Einlass Ihnen.',
  needsCookies: {
    title: 'Das Ticket wurde nicht angenommen: Dieser Browser hat kein Cookie gespeichert',
    text: 'Das Ticket wäre sonst verloren. Erlauben Sie diesem Shop Cookies, oder öffnen Sie den Link in einem anderen Browser, und nehmen Sie es dann an.',
  },
  accept: 'Ticket annehmen',
  accepting: 'Wird angenommen …',
  until: (when) => `Sie können es bis ${when} annehmen.`,
  receivedText: 'Dieses Ticket wurde Ihnen gegeben und gehört Ihnen.',
  cancelled: 'Dieses Ticket ist storniert',
  cancelledText: 'Es öffnet die Tür nicht mehr. Eine Erstattung geht an die Person, die bezahlt hat.',
  received: 'Für Sie',
  moreReceived: 'Weitere Tickets für Sie',
  unread: 'Tickets, die Ihnen andere gegeben haben, lassen sich gerade nicht zeigen',
  unreadText: 'Falls es welche gibt, sind sie nicht verloren. Laden Sie die Seite gleich noch einmal.',
  unknown: 'Dieses Ticket gehört Ihnen nicht, oder es gibt es nicht',
  unknownText:
    'Tickets eines Gastes zeigt der Browser, in dem sie gekauft oder angenommen wurden. In einem anderen finden Sie sie per E-Mail.',
  guestHelp:
    'Sie haben es als Gast angenommen. Dieser Browser findet es unter Meine Bestellungen, jeder andere über Ihre E-Mail-Adresse.',
  pdf: 'Ticket als PDF',
};
