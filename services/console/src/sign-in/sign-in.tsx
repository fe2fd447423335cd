import { localPath, showPage } from '@box-office/web';
import { Column } from './http/layout.js';
import type { ConsoleContext, ConsoleDeps, View } from './http/view.js';

const DEMO_STAFF = 'demo-door';

export function SignInPage({ v }: { v: View }) {
  const { t } = v;
  return (
    <Column v={v} title={t.signIn.title} lead={t.signIn.text}>
      {v.demoSignIn ? (
        <form class="stack" method="post" action="/sign-in">
          <input type="hidden" name="back" value={v.path} />
          <button class="button wide">{t.signIn.demo}</button>
          <p class="help">{t.signIn.demoHelp}</p>
        </form>
      ) : (
        <p>{t.signIn.off}</p>
      )}
    </Column>
  );
}

/** Signs in as the demo staff, and goes back to the page that asked for it; not found where that is switched off. */
export async function signIn(c: ConsoleContext, deps: ConsoleDeps): Promise<Response> {
  if (!deps.demoSignIn) return c.notFound();
  const { back } = await c.req.parseBody();
  await deps.session.write(c, DEMO_STAFF);
  return c.redirect(localPath(back), 303);
}

export async function signOut(c: ConsoleContext, deps: ConsoleDeps): Promise<Response> {
  await deps.session.write(c, '');
  return c.redirect('/', 303);
}

/** The staff member of the session; else the page to sign in on. */
export const staffOf = (c: ConsoleContext): string | Response => {
  const v = c.get('view');
  return v.staff ?? showPage(c, <SignInPage v={v} />, 403);
};
