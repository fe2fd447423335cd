import { LanguageForm } from '@box-office/web';
import { Page, PageHead, SiteName } from '@box-office/ui';
import type { Child } from 'hono/jsx';
import type { View } from './view.js';

export const SCRIPT = 'door.js';
/** What it imports, each after what it imports itself. */
export const SCRIPT_MODULES = [
  'base32.js',
  'ticket-code.js',
  'door-store.js',
  'check-code.js',
  'door-calls.js',
  'connection.js',
  'tones.js',
  'door-view.js',
  'page-cache.js',
  'camera.js',
] as const;
/** Reads QR codes where the browser cannot; loaded with the camera. */
export const QR_READER = 'qr-reader.js';

export function Layout(p: {
  v: View;
  title: string;
  scripts?: readonly string[];
  modules?: readonly string[];
  head?: Child;
  children?: Child;
}) {
  const { v, title } = p;
  const { t, name, staff } = v;
  const header = (
    <>
      <a class="site-name" href="/">
        <SiteName {...v} /> <span class="muted">{t.nav.door}</span>
      </a>
      {staff !== null && (
        <form class="site-nav" method="post" action="/sign-out">
          <button class="link-button">{t.nav.signOut}</button>
        </form>
      )}
    </>
  );
  return (
    <Page
      language={v.language}
      title={`${title} · ${name}`}
      assets={v.assets}
      scripts={p.scripts ?? []}
      head={
        <>
          {p.head}
          {p.modules?.map((name) => (
            <link rel="modulepreload" href={v.assets.url(name)} />
          ))}
        </>
      }
      skipText={t.nav.skip}
      header={header}
      footer={<LanguageForm label={t.nav.language} current={v.language} path={v.path} />}
      narrow
    >
      {p.children}
    </Page>
  );
}

/** A page of one column: its heading, and the parts below it with room between them. */
export const Column = (p: { v: View; title: string; lead?: string; head?: Child; children?: Child }) => (
  <Layout v={p.v} title={p.title} head={p.head}>
    <div class="stack loose">
      <PageHead title={p.title} lead={p.lead} />
      {p.children}
    </div>
  </Layout>
);

/** A page that says one thing, and where to go from there: to the events unless another place is given. */
export function NoticePage(p: {
  v: View;
  title: string;
  text: string;
  to?: { readonly href: string; readonly text: string };
  head?: Child;
}) {
  const { v, title, text, to = { href: '/', text: v.t.nav.toEvents } } = p;
  return (
    <Column v={v} title={title} lead={text} head={p.head}>
      <p class="actions">
        <a class="button" href={to.href}>
          {to.text}
        </a>
      </p>
    </Column>
  );
}
