import {
  backPathIn,
  beginAtProvider,
  failureIn,
  finishAtProvider,
  isOfProvider,
  showPage,
  SignInChoices,
  signedOutNotice,
  SignInFailed,
  type Identity,
} from '@box-office/web';
import { Column, NoticePage } from '../http/layout.js';
import type { ConsoleContext, ConsoleDeps } from '../http/view.js';
import { DEMO_STAFF, eventsIn, type Staff } from './staff.js';

const backIn = (text: unknown): string => backPathIn(text, '/');

/**
 * Answers with the page to sign in on, in the place of one that needs it. While the provider does not answer that is 503,
 * with which a door opens the page that its device keeps.
 */
export async function askToSignIn(
  c: ConsoleContext,
  deps: ConsoleDeps,
  o: { back: string; status: 200 | 401 },
): Promise<Response> {
  const v = c.get('view');
  const t = v.t.signIn;
  const provider = deps.provider && { name: deps.provider.name, isAvailable: await deps.provider.isAvailable() };
  const failure = failureIn(c);
  const page = (
    <Column v={v} title={t.title} lead={t.text}>
      {failure !== undefined && <SignInFailed t={t} failure={failure} />}
      <SignInChoices
        t={t}
        provider={provider}
        isDemo={deps.config.signIn.kind === 'demo'}
        back={o.back}
        path={v.path}
        buttonClass="button wide"
      />
    </Column>
  );
  return showPage(c, page, provider?.isAvailable === false ? 503 : o.status);
}

export async function showSignIn(c: ConsoleContext, deps: ConsoleDeps): Promise<Response> {
  const back = backIn(c.req.query('back'));
  return c.get('view').staff === null ? askToSignIn(c, deps, { back, status: 200 }) : c.redirect(back, 303);
}

/** Signs in as the demo staff, and goes back to the page that asked for it; not found where that is switched off. */
export async function signInAsDemo(c: ConsoleContext, deps: ConsoleDeps): Promise<Response> {
  if (deps.config.signIn.kind !== 'demo') return c.notFound();
  const { back } = await c.req.parseBody();
  await deps.sessions.write(c, DEMO_STAFF);
  return c.redirect(backIn(back), 303);
}

export const beginSignIn = (c: ConsoleContext, deps: ConsoleDeps): Promise<Response> =>
  beginAtProvider(c, deps, { origin: c.get('view').origin, back: backIn(c.req.query('back')) });

export const finishSignIn = (c: ConsoleContext, deps: ConsoleDeps): Promise<Response> =>
  finishAtProvider(c, deps, c.get('view').origin, async (identity, back) => {
    await deps.sessions.write(c, staffIn(identity, deps));
    return c.redirect(back, 303);
  });

/** Who has no claim, or one that cannot be read, works at no door, and is told so. */
function staffIn({ subject, claim }: Identity, { logger }: ConsoleDeps): Staff {
  const events = eventsIn(claim);
  if (events === null)
    logger.warn('a claim of the identity provider is no list of at most 50 event ids: it gives none');
  return { subject, events: events ?? [] };
}

export async function signOut(c: ConsoleContext, deps: ConsoleDeps): Promise<Response> {
  const { staff } = c.get('view');
  await deps.sessions.end(c);
  const hasMore = deps.provider !== undefined && isOfProvider(staff?.subject);
  return c.redirect(hasMore ? '/sign-out' : '/', 303);
}

/** Leads on to the provider's end of the session. */
export async function showSignedOut(c: ConsoleContext, deps: ConsoleDeps): Promise<Response> {
  const v = c.get('view');
  if (v.staff !== null) return c.redirect('/', 303);
  return showPage(c, <NoticePage v={v} {...await signedOutNotice(v.t.signIn, deps.provider, `${v.origin}/`)} />);
}

/** The staff member of the session; else the page to sign in on. */
export async function staffOf(c: ConsoleContext, deps: ConsoleDeps): Promise<Staff | Response> {
  const { staff, path } = c.get('view');
  return staff ?? askToSignIn(c, deps, { back: backIn(path), status: 401 });
}
