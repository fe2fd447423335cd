import type { ApiClient, Schema } from '@box-office/api-client';
import { Message } from '@box-office/ui';
import type { Reply } from '@box-office/web';
import { readContact } from '../contact/contact.js';
import { showProblem } from '../http/problem-page.js';
import type { ShopContext, View } from '../http/view.js';

/** Where the tickets were sent, and how it went. */
export interface SentMail {
  /** Empty: none was given. */
  readonly email: string;
  readonly last: Schema<'Mail'> | undefined;
}

/** How the mail with the tickets went, and where it goes; null if that cannot be read. */
export async function sentMail(
  api: ApiClient,
  listed: Promise<Reply<Schema<'MailsOfPurchase'>>>,
): Promise<SentMail | null> {
  const [contact, reply] = await Promise.all([readContact(api), listed]);
  return reply.ok && !contact.isUnread ? { email: contact.email, last: reply.data.mails[0] } : null;
}

/** Leads to the page that says how the mail goes; or says why none is sent. */
export function afterMail(
  c: ShopContext,
  reply: Reply<unknown>,
  page: { readonly href: string; readonly text: string },
): Response {
  return reply.ok ? c.redirect(`${page.href}#mail`, 303) : showProblem(c, reply.problem, { to: page });
}

/** What the mail server answers if it does not take the recipient: permanent failures of SMTP (RFC 5321, 4.2.1). */
const IS_REFUSED = /^5\d\d\b/;

/**
 * What became of the mail with the tickets, sending it again, and another address.
 *
 * @param p.action sends it again
 * @param p.change where the address is changed
 */
export function MailSection(p: { v: View; mail: SentMail; action: string; change: string }) {
  const { v, mail, action, change } = p;
  const { contact } = v.t;
  const { email, last } = mail;
  const isRefused = IS_REFUSED.test(last?.error ?? '');
  return (
    <section class="stack" aria-labelledby="mail">
      <h2 id="mail">{contact.mail}</h2>
      {email === '' ? (
        <p>
          {contact.none} <a href={change}>{contact.give}</a>
        </p>
      ) : (
        <>
          {last?.status === 'failed' ? (
            <Message tone="bad" title={(isRefused ? contact.refused : contact.notDelivered)(email)} />
          ) : (
            <p role="status">{(last === undefined ? contact.notSent : TEXTS[last.status](v))(email)}</p>
          )}
          <form class="actions" method="post" action={action} data-once={contact.sending}>
            {last?.status !== 'pending' && (
              <button class="button quiet">{last === undefined ? contact.sendFirst : contact.send}</button>
            )}
            <a href={change}>{contact.change}</a>
          </form>
        </>
      )}
    </section>
  );
}

const TEXTS = {
  pending: ({ t }: View) => t.contact.onTheWay,
  sent: ({ t }: View) => t.contact.sent,
} as const;
