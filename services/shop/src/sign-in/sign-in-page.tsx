import { failureIn, SignInChoices, SignInFailed, showPage } from '@box-office/web';
import { Column } from '../http/layout.js';
import type { ShopContext, ShopDeps } from '../http/view.js';

/** The page to sign in on, with how the last attempt ended; 503 while the provider does not answer. */
export async function showSignInPage(c: ShopContext, deps: ShopDeps, back: string): Promise<Response> {
  const v = c.get('view');
  const { title, text } = v.t.signIn;
  const provider = deps.provider && { name: deps.provider.name, isAvailable: await deps.provider.isAvailable() };
  const failure = failureIn(c);
  const message = failure !== undefined && <SignInFailed t={v.t.signIn} failure={failure} />;
  const choices = { t: v.t.signIn, provider, isDemo: deps.config.signIn.kind === 'demo', back, path: v.path };
  const page = (
    <Column v={v} title={title} lead={text} before={message}>
      <SignInChoices {...choices} />
    </Column>
  );
  return showPage(c, page, provider?.isAvailable === false ? 503 : 200);
}
