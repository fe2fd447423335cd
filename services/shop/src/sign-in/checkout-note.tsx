import type { Schema } from '@box-office/api-client';
import { Message } from '@box-office/ui';
import { signInPath } from '@box-office/web';
import { ownSession } from '../http/session.js';
import type { View } from '../http/view.js';

/** On the payment step: a guest may sign in first; who has signed in is told if the order will be the guest's. */
export function SignInNote({ v, hold }: { v: View; hold: Schema<'Hold'> }) {
  const { signIn: t } = v.t;
  const session = v.session && ownSession(v.session);
  if (session?.user !== undefined) {
    return hold.userId === session.guest ? (
      <Message tone="warn" title={t.heldAsGuest} text={t.heldAsGuestText} />
    ) : null;
  }
  if (!v.canSignIn) return null;
  return (
    <p>
      <a href={signInPath(`/checkout/${hold.holdId}`)}>{t.beforePaying}</a>
    </p>
  );
}
