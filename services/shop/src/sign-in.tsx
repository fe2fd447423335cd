import { showPage } from '@box-office/web';
import { DEMO_SUBJECT } from './http/session.js';
import { Layout } from './http/layout.js';
import { type ShopContext, type ShopDeps, type View } from './http/view.js';

export const showSignIn = (c: ShopContext) => showPage(c, <SignInPage v={c.get('view')} />);

function SignInPage({ v }: { v: View }) {
  const { t } = v;
  return (
    <Layout v={v} title={t.signIn.title} narrow>
      <div class="stack loose">
        <div class="stack">
          <h1>{t.signIn.title}</h1>
          <p class="lead">{t.signIn.text}</p>
        </div>
        {v.demoSignIn ? (
          <form class="stack" method="post" action="/sign-in">
            <button class="button">{t.signIn.demo}</button>
            <p class="help">{t.signIn.demoHelp}</p>
          </form>
        ) : (
          <div class="stack">
            <h2>{t.signIn.off}</h2>
            <p>{t.signIn.offText}</p>
          </div>
        )}
      </div>
    </Layout>
  );
}

/** Signs in as the demo buyer; not found where that is switched off. */
export async function signIn(c: ShopContext, deps: ShopDeps): Promise<Response> {
  if (!deps.config.demoSignIn) return c.notFound();
  const { guest } = await deps.sessions.readOrStart(c);
  await deps.sessions.write(c, { guest, user: DEMO_SUBJECT });
  return c.redirect('/orders', 303);
}

/** Back to the guest that the browser was before. */
export async function signOut(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const session = await deps.sessions.read(c);
  if (session !== null) await deps.sessions.write(c, { guest: session.guest });
  return c.redirect('/', 303);
}
