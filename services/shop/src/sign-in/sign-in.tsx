import { localPath, showPage } from '@box-office/web';
import { showNotice } from '../http/layout.js';
import { DEMO_SUBJECT, isByLink } from '../http/session.js';
import { signInPath, type ShopContext, type ShopDeps } from '../http/view.js';
import { isOfProvider, type SignInResult } from './identity-provider.js';
import { moveHolds } from './move-holds.js';
import { SignInPage, type Failure } from './sign-in-page.js';

const CALLBACK = '/sign-in/callback';
/** A longer one would not fit into a cookie. */
const MAX_BACK = 512;
const FAILURES: readonly Failure[] = ['denied', 'expired', 'failed'];

/** Path of the page that the buyer came from; the orders where none is given. */
const backIn = (text: unknown): string =>
  typeof text === 'string' && text.length <= MAX_BACK ? localPath(text) : '/orders';

export async function showSignIn(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const { provider } = deps;
  const v = c.get('view');
  const back = backIn(c.req.query('back'));
  if (v.session?.user !== undefined && !isByLink(v.session)) {
    const { isSignedIn: title, isSignedInText: text, continue: next } = v.t.signIn;
    return showNotice(c, 200, { title, text, to: { href: back, text: next } });
  }
  const isAvailable = provider === undefined || (await provider.isAvailable());
  const failure = FAILURES.find((one) => one === c.req.query('failed'));
  const page = <SignInPage {...{ v, back, failure, isAvailable, providerName: provider?.name }} />;
  return showPage(c, page, isAvailable ? 200 : 503);
}

/** Signs in as the demo buyer; not found where that is switched off. */
export async function signInAsDemo(c: ShopContext, deps: ShopDeps): Promise<Response> {
  if (deps.config.signIn.kind !== 'demo') return c.notFound();
  const { back } = await c.req.parseBody();
  return signInAs(c, deps, DEMO_SUBJECT, backIn(back));
}

/** Leads to the provider. It is a link: a form must not lead to another origin (`form-action`). */
export async function beginSignIn(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const { provider, attempts } = deps;
  if (provider === undefined) return c.notFound();
  const back = backIn(c.req.query('back'));
  const begun = await provider.begin(c.get('view').origin + CALLBACK);
  if (begun === null) return c.redirect(signInPath(back), 303);
  await attempts.write(c, { ...begun.challenge, back });
  c.header('Cache-Control', 'no-store');
  return c.redirect(begun.url.href, 303);
}

/** Where the provider sends the buyer back to. Only the browser that began can finish, and once. */
export async function finishSignIn(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const { provider, attempts } = deps;
  if (provider === undefined) return c.notFound();
  c.header('Cache-Control', 'no-store');
  const attempt = await attempts.read(c);
  if (attempt === null || c.req.query('state') !== attempt.state) return notSignedIn(c, 'expired');
  await attempts.end(c);
  const callback = new URL(c.get('view').origin + CALLBACK + new URL(c.req.url).search);
  const result: SignInResult = await provider.finish(callback, attempt);
  return 'failed' in result
    ? notSignedIn(c, result.failed, attempt.back)
    : signInAs(c, deps, result.subject, attempt.back);
}

/** Says so on the page from which the buyer can try again, away from the address with the code. */
const notSignedIn = (c: ShopContext, failure: Failure, back?: string): Response =>
  c.redirect(`${signInPath(back)}${back === undefined ? '?' : '&'}failed=${failure}`, 303);

async function signInAs(c: ShopContext, deps: ShopDeps, user: string, back: string): Promise<Response> {
  const old = await deps.sessions.readOrStart(c);
  const session = { guest: old.guest, user };
  await deps.sessions.write(c, session);
  // What was held while a guest link was in use is that guest's.
  const linked = isByLink(old) && old.user !== undefined ? await moveHolds(c, deps, { guest: old.user, user }) : [];
  const moved = new Map([...linked, ...(await moveHolds(c, deps, session))]);
  const [, holdId = ''] = /^\/checkout\/([^/?]+)$/.exec(back) ?? [];
  const now = moved.get(holdId);
  return c.redirect(now === undefined ? back : `/checkout/${now}`, 303);
}

/** Back to who the browser was before a guest link; else to its guest, then to the provider of who was signed in. */
export async function signOut(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const session = await deps.sessions.read(c);
  const user = isByLink(session) ? session?.before : undefined;
  if (session !== null) await deps.sessions.write(c, { guest: session.guest, user });
  const hasMore = deps.provider !== undefined && isOfProvider(session?.user);
  return c.redirect(hasMore ? '/sign-out' : '/', 303);
}

/** Leads on to the provider's end of the session: by the page, for a form must not. */
export async function showSignedOut(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  if (v.session?.user !== undefined) return c.redirect('/', 303);
  const url = await deps.provider?.signOutUrl(`${v.origin}/`);
  const { t } = v;
  const name = deps.provider?.name ?? '';
  if (!url) {
    const text = deps.provider === undefined ? t.signIn.signedOutText : t.signIn.notSignedOutAt(name);
    return showNotice(c, 200, { title: t.signIn.signedOut, text });
  }
  const to = { href: url.href, text: t.signIn.signOutAt(name) };
  const head = <meta http-equiv="refresh" content={`0; url=${url.href}`} />;
  return showNotice(c, 200, { title: t.signIn.signedOut, text: t.signIn.signOutAtText(name), to, head });
}
