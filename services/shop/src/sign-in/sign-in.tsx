import { backPathIn, beginAtProvider, finishAtProvider, isOfProvider, signedOutNotice } from '@box-office/web';
import { showNotice } from '../http/layout.js';
import { DEMO_SUBJECT, isByLink, ownSession } from '../http/session.js';
import type { ShopContext, ShopDeps } from '../http/view.js';
import { moveHolds } from './move-holds.js';
import { showSignInPage } from './sign-in-page.js';

/** Path of the page that the buyer came from; the orders where none is given. */
const backIn = (text: unknown): string => backPathIn(text, '/orders');

export async function showSignIn(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  const back = backIn(c.req.query('back'));
  if (v.session?.user !== undefined && !isByLink(v.session)) {
    const { isSignedIn: title, isSignedInText: text, continue: next } = v.t.signIn;
    return showNotice(c, 200, { title, text, to: { href: back, text: next } });
  }
  return showSignInPage(c, deps, back);
}

/** Signs in as the demo buyer; not found where that is switched off. */
export async function signInAsDemo(c: ShopContext, deps: ShopDeps): Promise<Response> {
  if (deps.config.signIn.kind !== 'demo') return c.notFound();
  const { back } = await c.req.parseBody();
  return signInAs(c, deps, DEMO_SUBJECT, backIn(back));
}

export const beginSignIn = (c: ShopContext, deps: ShopDeps): Promise<Response> =>
  beginAtProvider(c, deps, { origin: c.get('view').origin, back: backIn(c.req.query('back')) });

export const finishSignIn = (c: ShopContext, deps: ShopDeps): Promise<Response> =>
  finishAtProvider(c, deps, c.get('view').origin, ({ subject }, back) => signInAs(c, deps, subject, back));

async function signInAs(c: ShopContext, deps: ShopDeps, user: string, back: string): Promise<Response> {
  const { guest } = await deps.sessions.readOrStart(c);
  const session = { guest, user };
  await deps.sessions.write(c, session);
  const moved = await moveHolds(c, deps, session);
  const [, holdId = ''] = /^\/checkout\/([^/?]+)$/.exec(back) ?? [];
  const now = moved.get(holdId);
  return c.redirect(now === undefined ? back : `/checkout/${now}`, 303);
}

/** Back to who the browser was before a guest link; else to its guest, then to the provider of who was signed in. */
export async function signOut(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const session = await deps.sessions.read(c);
  if (session !== null) {
    await deps.sessions.write(c, isByLink(session) ? ownSession(session) : { guest: session.guest });
  }
  const hasMore = deps.provider !== undefined && isOfProvider(session?.user);
  return c.redirect(hasMore ? '/sign-out' : '/', 303);
}

export async function showSignedOut(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  if (v.session?.user !== undefined) return c.redirect('/', 303);
  return showNotice(c, 200, await signedOutNotice(v.t.signIn, deps.provider, `${v.origin}/`));
}
