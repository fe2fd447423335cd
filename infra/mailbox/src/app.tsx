import type { Assets } from '@box-office/ui';
import { Hono, type Context } from 'hono';
import { simpleParser } from 'mailparser';
import type { ReceivedMail } from './message.js';
import { ListPage, MailPage } from './pages.js';
import type { MailStore } from './store.js';

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'";
/** For what others wrote. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-top-navigation-by-user-activation";

const page = (c: Context, content: unknown): Response | Promise<Response> => {
  c.header('Content-Security-Policy', PAGE_POLICY);
  return c.html(`<!doctype html>${String(content)}`);
};

/** The pages of the mailbox, and the same as JSON for tests. */
export function createApp(store: MailStore, assets: Assets): Hono {
  const app = new Hono();
  const find = (c: Context): ReceivedMail | undefined =>
    store.list().find(({ id }) => String(id) === c.req.param('id'));

  app.use(async (c, next) => {
    await next();
    c.header('Referrer-Policy', 'no-referrer');
    c.header('X-Content-Type-Options', 'nosniff');
  });
  app.get('/readyz', (c) => c.json({ status: 'ok' }));
  app.get('/assets/:file', (c) => assets.answer(c.req.path, c.req.header('accept-encoding')) ?? c.notFound());
  app.get('/', (c) => page(c, <ListPage assets={assets} mails={store.list()} />));
  app.get('/mails.json', (c) => {
    const to = c.req.query('to') ?? '';
    return c.json({ mails: store.list().filter((mail) => mail.to.includes(to)) });
  });
  app.get('/mails/:id', (c) => {
    const mail = find(c);
    return mail === undefined ? c.notFound() : page(c, <MailPage assets={assets} mail={mail} />);
  });
  app.get('/mails/:id/html', (c) => {
    const mail = find(c);
    if (mail === undefined) return c.notFound();
    c.header('Content-Security-Policy', MAIL_POLICY);
    return c.html(mail.html.replace('<head>', '<head><base target="_top">'));
  });
  app.get('/mails/:id/attachments/:index', async (c) => {
    const mail = find(c);
    const source = mail && store.source(mail.id);
    const { attachments } = source ? await simpleParser(source) : { attachments: [] };
    const attachment = attachments[Number(c.req.param('index'))];
    if (attachment === undefined) return c.notFound();
    return c.body(new Uint8Array(attachment.content), 200, {
      'Content-Type': attachment.contentType,
      'Content-Disposition': 'attachment',
      'Content-Security-Policy': MAIL_POLICY,
    });
  });
  return app;
}
