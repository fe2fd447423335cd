import type { EventDetails } from '@box-office/contract';
import { createFormats, type Formats } from '@box-office/contract/formats';
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
import { MAIL_TEXTS, type MailTexts } from './texts.js';

export interface ComposeDeps {
  readonly pool: pg.Pool;
  readonly codes: TicketCodes;
  /** How buyers reach the shop, without a slash at the end. */
  readonly shopUrl: string;
  readonly organiser: Organiser;
}

/** Why there is nothing to be sent: a code for the record. */
export type NotComposed = 'no_contact' | 'nothing_to_send';

/** What is needed at the door: the tickets that the buyer, or who has taken some over, has at this moment, as of now. */
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
  const all = await findTicketsOfPurchase(pool, purchase.purchaseId, null);
  const tickets = all.filter((one) => one.status === 'valid' && (one.holderId ?? one.userId) === due.userId);
  if (tickets.length === 0) return 'nothing_to_send';

  const { language } = contact;
  const words = { language, t: MAIL_TEXTS[language].t, f: createFormats(language) };
  const printed = tickets.map((ticket) => ({ ...ticket, code: codes.encode(ticket) }));
  // The order and what was paid are the buyer's affair.
  const order = purchase.userId === due.userId ? purchase : null;
  const reference = order?.transactionId;
  const pdf = await createTicketsPdf({ words, organiser: organiser.name, event, tickets: printed, reference });
  const content = contentOf(deps, { contact, order, event, tickets });
  return mailOf(organiser, due.mailId, contact, content, [
    { filename: `tickets-${reference ?? event.id}.pdf`, content: pdf, contentType: 'application/pdf' },
    { filename: `event-${event.id}.ics`, content: entryOf(event, deps.shopUrl), contentType: 'text/calendar' },
  ]);
}

function contentOf(
  { shopUrl, organiser }: ComposeDeps,
  o: { contact: Contact; order: PurchaseRow | null; event: EventDetails; tickets: readonly TicketRow[] },
): MailContent {
  const { contact, order, event, tickets } = o;
  const texts = MAIL_TEXTS[contact.language];
  const f = createFormats(contact.language);
  const { startsAt, timeZone } = event;
  const when = texts.t.dateAndTime(f.day(startsAt, timeZone), f.time(startsAt, timeZone));
  const numbers = tickets.map(({ ticketType, serial }) => `${ticketType}, ${texts.t.order.number(serial)}`);
  return {
    language: contact.language,
    subject: texts.subject(event.name),
    heading: texts.heading(event.name),
    paragraphs: [texts.hello(contact.name), texts.attached(tickets.length)],
    details: [
      [texts.when, `${when} ${f.zone(startsAt, timeZone)}`],
      ...(event.venue === '' ? [] : [[texts.where, event.venue] as const]),
      [texts.tickets, numbers.join('\n')],
      ...(order === null ? [] : orderDetails(texts, f, order)),
    ],
    action: actionOf(texts, shopUrl, order, tickets),
    notes: [texts.atTheDoor],
    footer: (order === null ? texts.received : texts).footer(organiser.name),
  };
}

function orderDetails(texts: MailTexts, f: Formats, order: PurchaseRow): MailContent['details'] {
  const paid = order.amountMinor === 0 ? texts.t.free : f.money(order.amountMinor, order.currency);
  return [
    [texts.paid, paid],
    [texts.reference, order.transactionId],
  ];
}

/** Several tickets that were taken over have no page of their own: the list of orders has them. */
function actionOf(
  texts: MailTexts,
  shopUrl: string,
  order: PurchaseRow | null,
  [first, ...others]: readonly TicketRow[],
): MailContent['action'] {
  if (order !== null) return { text: texts.show, url: `${shopUrl}/orders/${order.purchaseId}` };
  const { showOne, showAll } = texts.received;
  return first === undefined || others.length > 0
    ? { text: showAll, url: `${shopUrl}/orders` }
    : { text: showOne, url: `${shopUrl}/tickets/${first.ticketId}` };
}

/** The same entry as that of the shop's page, so that a calendar that has it changes it. */
function entryOf(event: EventDetails, shopUrl: string): string {
  return calendarFile({
    uid: `event-${event.id}@${new URL(shopUrl).hostname}`,
    start: event.startsAt,
    end: event.endsAt,
    summary: event.name,
    location: event.venue,
    description: event.description,
    url: `${shopUrl}/events/${event.id}`,
    now: new Date(),
  });
}
