import { Message } from '@box-office/ui';
import { Column } from '../http/layout.js';
import type { View } from '../http/view.js';
import type { SignInResult } from './identity-provider.js';

export type Failure = Extract<SignInResult, { failed: unknown }>['failed'];

interface SignInPageProps {
  readonly v: View;
  readonly back: string;
  /** How the last attempt ended. */
  readonly failure: Failure | undefined;
  readonly isAvailable: boolean;
  readonly providerName: string | undefined;
}

export function SignInPage(p: SignInPageProps) {
  const { v, failure } = p;
  const { t } = v;
  const message = failure !== undefined && (
    <Message tone={failure === 'denied' ? 'plain' : 'warn'} {...t.signIn.failures[failure]} alert />
  );
  return (
    <Column v={v} title={t.signIn.title} lead={t.signIn.text} before={message}>
      <WaysIn {...p} />
    </Column>
  );
}

function WaysIn({ v, back, isAvailable, providerName }: SignInPageProps) {
  const { t } = v;
  if (providerName !== undefined && isAvailable) {
    return (
      <div class="stack">
        <p class="actions">
          <a class="button" href={`/sign-in/provider?back=${encodeURIComponent(back)}`}>
            {t.signIn.with(providerName)}
          </a>
        </p>
        <p class="help">{t.signIn.withHelp(providerName)}</p>
      </div>
    );
  }
  if (providerName !== undefined) {
    return (
      <Message tone="warn" title={t.signIn.unavailable(providerName)}>
        <p>{t.signIn.unavailableText}</p>
        <p>
          <a href={v.path}>{t.signIn.again}</a>
        </p>
      </Message>
    );
  }
  if (v.canSignIn) {
    return (
      <form class="stack" method="post" action="/sign-in">
        <input type="hidden" name="back" value={back} />
        <button class="button">{t.signIn.demo}</button>
        <p class="help">{t.signIn.demoHelp}</p>
      </form>
    );
  }
  return (
    <div class="stack">
      <h2>{t.signIn.off}</h2>
      <p>{t.signIn.offText}</p>
    </div>
  );
}
