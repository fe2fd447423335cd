import { Message, Page, PageHead, type Assets } from '@box-office/ui';
import type { Child } from 'hono/jsx';
import type { ReceivedMail } from './message.js';

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const timeOf = ({ receivedAt }: ReceivedMail): string => TIME.format(new Date(receivedAt));

function Layout(p: { assets: Assets; title: string; children: Child }) {
  return (
    <Page
      language="en"
      title={`${p.title} · Mailbox`}
      assets={p.assets}
      scripts={[]}
      narrow
      skipText="Skip to the content"
      header={
        <a class="site-name" href="/">
          Mailbox
        </a>
      }
      footer={<p>A local mailbox for trying things out. Nothing leaves this machine.</p>}
    >
      {p.children}
    </Page>
  );
}

export function ListPage({ assets, mails }: { assets: Assets; mails: readonly ReceivedMail[] }) {
  return (
    <Layout assets={assets} title="Mails">
      <div class="stack loose">
        <PageHead title="Mails" lead="What was sent, newest first. Reload the page for more." />
        {mails.length === 0 ? (
          <Message tone="plain" title="No mail yet">
            <p>Buy a ticket in the shop: the mail with it appears here.</p>
          </Message>
        ) : (
          <ul class="mails">
            {mails.map((mail) => (
              <li>
                <a href={`/mails/${mail.id}`}>{mail.subject}</a>
                <span class="muted small">
                  {mail.to} · {timeOf(mail)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Layout>
  );
}

/** The HTML of the mail is shown in a frame that runs no script and sends no form. */
export function MailPage({ assets, mail }: { assets: Assets; mail: ReceivedMail }) {
  return (
    <Layout assets={assets} title={mail.subject}>
      <div class="stack loose">
        <h1>{mail.subject}</h1>
        <dl class="facts">
          {[
            ['From', mail.from],
            ['To', mail.to],
            ['Received', timeOf(mail)],
            ['Message-ID', mail.messageId],
          ].map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
        {mail.attachments.length > 0 && (
          <p class="actions">
            {mail.attachments.map(({ filename }, i) => (
              <a class="button quiet" href={`/mails/${mail.id}/attachments/${i}`} download={filename}>
                {filename}
              </a>
            ))}
          </p>
        )}
        {mail.html !== '' && (
          <iframe
            class="mail"
            title="The mail as HTML"
            src={`/mails/${mail.id}/html`}
            sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
          ></iframe>
        )}
        <section class="stack" aria-labelledby="text">
          <h2 id="text">As text</h2>
          <pre class="mail" tabindex={0}>
            {mail.text}
          </pre>
        </section>
      </div>
    </Layout>
  );
}
