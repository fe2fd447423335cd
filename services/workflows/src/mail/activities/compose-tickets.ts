import type { EventDetails } from '@box-office/contract';
import { createFormats } from '@box-office/contract/formats';
import {
  findContact,
  findEvent,
  findPurchases,
  findTicketsOfPurchase,
  type Contact,
  type DueMail,
  type PurchaseRow,
  type TicketRow,
} from '@box-office/database';
import { calendarFile } from '@box-office/tickets/calendar';
import type { TicketCodes } from '@box-office/tickets/codes';
import { createTicketsPdf } from '@box-office/tickets/pdf';
import type pg from 'pg';
import { mailOf, type MailContent, type Organiser } from './mail-layout.js';
import type { Mail } from './mailer.js';
import { MAIL_TEXTS } from './texts.js';

export interface ComposeDeps {
  readonly pool: pg.Pool;
  readonly codes: TicketCodes;
  /** How buyers reach the shop, without a slash at the end. */
  readonly shopUrl: string;
  readonly organiser: Organiser;
}

/** Why there is nothing to be sent: a code for the record. */
export type NotComposed = 'no_contact' | 'nothing_to_send';

/** What is needed at the door: the tickets that the buyer has at this moment, as of now. */
export async function composeTickets(
  deps: ComposeDeps,
  due: DueMail & { kind: 'tickets' },
): Promise<Mail | NotComposed> {
  const { pool, codes, organiser } = deps;
  const contact = await findContact(pool, due.userId);
  if (contact === null) return 'no_contact';
  const [purchase] = await findPurchases(pool, [due.purchaseId]);
  const event = purchase && (await findEvent(pool, purchase.eventId));
  if (!purchase || !event || event.status === 'cancelled' || Date.parse(event.endsAt) < Date.now()) {
    return 'nothing_to_send';
  }
  const all = await findTicketsOfPurchase(pool, purchase.purchaseId, due.userId);
  const tickets = all.filter(({ status, holderId }) => status === 'valid' && holderId === null);
  if (tickets.length === 0) return 'nothing_to_send';

  const { language } = contact;
  const words = { language, t: MAIL_TEXTS[language].t, f: createFormats(language) };
  const printed = tickets.map((ticket) => ({ ...ticket, code: codes.encode(ticket) }));
  const reference = purchase.transactionId;
  const pdf = await createTicketsPdf({ words, organiser: organiser.name, event, tickets: printed, reference });
  const content = contentOf(deps, { contact, purchase, event, tickets });
  return mailOf(organiser, due.mailId, contact, content, [
    { filename: `tickets-${reference}.pdf`, content: pdf, contentType: 'application/pdf' },
    { filename: `event-${event.id}.ics`, content: entryOf(event, deps.shopUrl), contentType: 'text/calendar' },
  ]);
}

function contentOf(
  { shopUrl, organiser }: ComposeDeps,
  o: { contact: Contact; purchase: PurchaseRow; event: EventDetails; tickets: readonly TicketRow[] },
): MailContent {
  const { contact, purchase, event, tickets } = o;
  const texts = MAIL_TEXTS[contact.language];
  const f = createFormats(contact.language);
  const { startsAt, timeZone } = event;
  const when = texts.t.dateAndTime(f.day(startsAt, timeZone), f.time(startsAt, timeZone));
  const numbers = tickets.map(({ ticketType, serial }) => `${ticketType}, ${texts.t.order.number(serial)}`);
  const paid = purchase.amountMinor === 0 ? texts.t.free : f.money(purchase.amountMinor, purchase.currency);
  return {
    ...{ language: contact.language, subject: texts.subject(event.name), heading: texts.heading(event.name) },
    paragraphs: [texts.hello(contact.name), texts.attached(tickets.length)],
    details: [
      [texts.when, `${when} ${f.zone(startsAt, timeZone)}`],
      ...(event.venue === '' ? [] : [[texts.where, event.venue] as const]),
      [texts.tickets, numbers.join('\n')],
      [texts.paid, paid],
      [texts.reference, purchase.transactionId],
    ],
    action: { text: texts.show, url: `${shopUrl}/orders/${purchase.purchaseId}` },
    notes: [texts.atTheDoor],
    footer: texts.footer(organiser.name),
  };
}

/** The same entry as that of the shop's page, so that a calendar that has it changes it. */
function entryOf(event: EventDetails, shopUrl: string): string {
  return calendarFile({
    uid: `event-${event.id}@${new URL(shopUrl).hostname}`,
    ...{ start: event.startsAt, end: event.endsAt, summary: event.name, location: event.venue },
    ...{ description: event.description, url: `${shopUrl}/events/${event.id}`, now: new Date() },
  });
}
