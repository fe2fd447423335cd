import { Message } from '@box-office/ui';
import type { Notice } from '../page-app.js';
import type { IdentityProvider, SignInFailure } from './identity-provider.js';

/** What pages of a sign-in say, in the words of the service. */
export interface SignInTexts {
  with(name: string): string;
  withHelp(name: string): string;
  readonly demo: string;
  readonly demoHelp: string;
  readonly off: string;
  readonly offText: string;
  unavailable(name: string): string;
  readonly unavailableText: string;
  readonly again: string;
  readonly failures: Readonly<Record<SignInFailure, { readonly title: string; readonly text: string }>>;
  readonly signedOut: string;
  readonly signedOutText: string;
  signOutAt(name: string): string;
  signOutAtText(name: string): string;
  notSignedOutAt(name: string): string;
}

/** How the last attempt ended. */
export const SignInFailed = ({ t, failure }: { t: SignInTexts; failure: SignInFailure }) => (
  <Message tone={failure === 'denied' ? 'plain' : 'warn'} {...t.failures[failure]} alert />
);

/** The button with which one signs in; where there is none, what to do instead. */
export function SignInChoices(p: {
  t: SignInTexts;
  /** Undefined where people do not sign in at a provider. */
  provider: { readonly name: string; readonly isAvailable: boolean } | undefined;
  isDemo: boolean;
  /** Path to come back to. */
  back: string;
  /** Path of the page itself. */
  path: string;
  buttonClass?: string;
}) {
  const { t, provider, back, buttonClass = 'button' } = p;
  if (provider?.isAvailable === true) {
    return (
      <div class="stack">
        <p class="actions">
          <a class={buttonClass} href={`/sign-in/provider?back=${encodeURIComponent(back)}`}>
            {t.with(provider.name)}
          </a>
        </p>
        <p class="help">{t.withHelp(provider.name)}</p>
      </div>
    );
  }
  if (provider !== undefined) {
    return (
      <Message tone="warn" title={t.unavailable(provider.name)}>
        <p>{t.unavailableText}</p>
        <p>
          <a href={p.path}>{t.again}</a>
        </p>
      </Message>
    );
  }
  if (p.isDemo) {
    return (
      <form class="stack" method="post" action="/sign-in">
        <input type="hidden" name="back" value={back} />
        <button class={buttonClass}>{t.demo}</button>
        <p class="help">{t.demoHelp}</p>
      </form>
    );
  }
  return (
    <div class="stack">
      <h2>{t.off}</h2>
      <p>{t.offText}</p>
    </div>
  );
}

/**
 * What is said to who has signed out. It leads on to the provider's end of the session: by the page, for a form must not.
 *
 * @param returnUri where the provider leads back to
 */
export async function signedOutNotice(
  t: SignInTexts,
  provider: IdentityProvider | undefined,
  returnUri: string,
): Promise<Notice> {
  const title = t.signedOut;
  if (provider === undefined) return { title, text: t.signedOutText };
  const { name } = provider;
  const url = await provider.signOutUrl(returnUri);
  if (url === null) return { title, text: t.notSignedOutAt(name) };
  const to = { href: url.href, text: t.signOutAt(name) };
  return { title, text: t.signOutAtText(name), to, head: <meta http-equiv="refresh" content={`0; url=${url.href}`} /> };
}
