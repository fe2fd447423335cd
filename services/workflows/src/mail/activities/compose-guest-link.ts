import { randomBytes } from 'node:crypto';
import { guestLinkToken } from '@box-office/contract';
import { hashOfSecret } from '@box-office/contract/derive';
import {
  addGuestLinkToken,
  findContact,
  findEvents,
  listPurchases,
  listReceivedTickets,
  type DueMail,
} from '@box-office/database';
import type { ComposeDeps, NotComposed } from './compose-tickets.js';
import { mailOf, type MailContent } from './mail-layout.js';
import type { Mail } from './mailer.js';
import { MAIL_TEXTS } from './texts.js';

const TOKEN_BYTES = 32;
/** Orders and tickets whose events the mail names, so that its reader knows what it leads to. */
const MAX_NAMED = 5;

/** The link with which a guest finds orders. Its token is made here and is nowhere else: its hash alone is stored. */
export async function composeGuestLink(
  { pool, shopUrl, organiser }: ComposeDeps,
  { mailId, userId }: DueMail,
): Promise<Mail | NotComposed> {
  const contact = await findContact(pool, userId);
  if (contact === null) return 'no_contact';
  const secret = randomBytes(TOKEN_BYTES).toString('base64url');
  const isOpen = await addGuestLinkToken(pool, mailId, hashOfSecret(secret));
  if (!isOpen) return 'nothing_to_send';

  const { purchases } = await listPurchases(pool, { userId, limit: MAX_NAMED });
  const { tickets } = await listReceivedTickets(pool, userId, { limit: MAX_NAMED });
  const eventIds = [...new Set([...purchases, ...tickets].map(({ eventId }) => eventId))];
  const names = new Map((await findEvents(pool, eventIds)).map(({ id, name }) => [id, name]));
  const { language } = contact;
  const texts = MAIL_TEXTS[language];
  const { link } = texts;
  const content: MailContent = {
    language,
    subject: link.subject(organiser.name),
    heading: link.heading,
    paragraphs: [texts.hello(contact.name), link.asked],
    details: [[link.events, eventIds.flatMap((eventId) => names.get(eventId) ?? []).join('\n')]],
    action: { text: link.show, url: `${shopUrl}/guest-link?token=${guestLinkToken(mailId, secret)}` },
    notes: [link.once],
    footer: link.footer(organiser.name),
  };
  return mailOf(organiser, mailId, contact, content);
}
