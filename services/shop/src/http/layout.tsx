import type { Child } from 'hono/jsx';
import { Page, PageHead, SiteName } from '@box-office/ui';
import { LanguageForm, showPage, signInPath } from '@box-office/web';
import { DEMO_SUBJECT, isByLink, isGuest, type Session } from './session.js';
import type { ShopContext, View } from './view.js';

export const SCRIPT = 'shop.js';

interface LayoutProps {
  readonly v: View;
  readonly title: string;
  readonly head?: Child;
  readonly narrow?: boolean;
  /** Leaves out what leads away from a payment. */
  readonly plain?: boolean | undefined;
  readonly children?: Child;
}

/** A page of the shop. */
export function Layout(p: LayoutProps) {
  const { t, name, path, session } = p.v;
  const pathOnly = (text: string): string => text.split('?')[0] ?? '';
  const link = (href: string, text: string) => (
    <a href={href} {...(pathOnly(path) === pathOnly(href) && { 'aria-current': 'page' })}>
      {text}
    </a>
  );
  const header = (
    <>
      <a class="site-name" href="/">
        <SiteName {...p.v} />
      </a>
      <nav class="site-nav" aria-label={t.nav.label}>
        {p.plain !== true && link('/', t.nav.programme)}
        {link('/orders', t.nav.orders)}
        {p.plain !== true && isGuest(session) && p.v.canSignIn && link(signInLink(path), t.signIn.title)}
      </nav>
    </>
  );
  return (
    <Page
      language={p.v.language}
      title={p.title === name ? name : `${p.title} · ${name}`}
      assets={p.v.assets}
      scripts={[SCRIPT]}
      skipText={t.skip}
      head={p.head}
      header={header}
      footer={<Footer v={p.v} />}
      narrow={p.narrow === true}
    >
      {p.children}
    </Page>
  );
}

/** A page of one column: its heading, and the parts below it with room between them. */
export function Column(
  p: Omit<LayoutProps, 'narrow'> & {
    /** Where it differs from the title of the document. */
    heading?: string;
    above?: Child;
    lead?: string | false;
    /** What stands over the heading. */
    before?: Child;
    wide?: boolean;
    [data: `data-${string}`]: string;
  },
) {
  const { v, title, heading = title, above, lead, before, head, wide = false, plain, children, ...data } = p;
  return (
    <Layout v={v} title={title} head={head} narrow={!wide} plain={plain}>
      <div class="stack loose" {...data}>
        {before}
        <PageHead above={above} title={heading} lead={lead} />
        {children}
      </div>
    </Layout>
  );
}

/** Leads back to the page from which it was followed. */
const signInLink = (path: string): string => (path.startsWith('/sign-') ? signInPath() : signInPath(path));

/** Who the browser is for the shop. */
function signedInText({ t }: View, session: Session): string {
  if (isByLink(session)) return t.nav.byLink;
  return session.user === DEMO_SUBJECT ? t.nav.signedInAsDemo : t.nav.signedIn;
}

function Footer({ v }: { v: View }) {
  const { t, session } = v;
  return (
    <>
      <p>{t.nav.footer(v.name)}</p>
      {v.legal.length > 0 && (
        <nav class="site-nav" aria-label={t.legal.label}>
          {v.legal.map(({ name, href }) => (
            <a href={href} {...(v.path === href && { 'aria-current': 'page' })}>
              {t.legal[name]}
            </a>
          ))}
        </nav>
      )}
      <div class="site-nav">
        {session?.user !== undefined && (
          <form method="post" action="/sign-out">
            <span>{signedInText(v, session)}</span>{' '}
            <button class="link-button">{isByLink(session) ? t.nav.leave : t.nav.signOut}</button>
          </form>
        )}
        <LanguageForm label={t.nav.language} current={v.language} path={v.path} />
      </div>
    </>
  );
}

/** Answers with a page that says one thing, and where to go from there: to the programme unless another place is given. */
export function showNotice(
  c: ShopContext,
  status: Parameters<typeof showPage>[2],
  o: {
    title: string;
    text: string;
    to?: { href: string; text: string };
    head?: Child;
    children?: Child;
    /** For scripts. */
    data?: Readonly<Record<`data-${string}`, string>>;
  },
): Response {
  const v = c.get('view');
  const { title, text, to = { href: '/', text: v.t.event.back }, head, children, data } = o;
  return showPage(
    c,
    <Column v={v} title={title} lead={text} head={head} {...data}>
      {children}
      <p class="actions">
        <a class="button" href={to.href}>
          {to.text}
        </a>
      </p>
    </Column>,
    status,
  );
}
