import type { Schema } from '@box-office/api-client';
import { Message } from '@box-office/ui';
import type { View } from '../http/view.js';

/** Where the tickets were sent, and how it went. */
export interface SentMail {
  /** Empty: the buyer has given none. */
  readonly email: string;
  readonly last: Schema<'Mail'> | undefined;
}

/** What became of the mail with the tickets, sending it again, and another address. */
export function MailSection({ v, purchaseId, mail }: { v: View; purchaseId: string; mail: SentMail }) {
  const { contact } = v.t;
  const { email, last } = mail;
  const change = `/contact?order=${purchaseId}`;
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
            <Message tone="bad" title={contact.refused(email)} />
          ) : (
            <p role="status">{(last === undefined ? contact.notSent : TEXTS[last.status](v))(email)}</p>
          )}
          <form class="actions" method="post" action={`/orders/${purchaseId}/mail`} data-once={contact.sending}>
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
