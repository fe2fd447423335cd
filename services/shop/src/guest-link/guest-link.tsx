import { TextField, type FieldError } from '@box-office/ui';
import { forwardedFor, INVALID, replyTo, showPage, statusOf } from '@box-office/web';
import { MAX_EMAIL_LENGTH } from '../contact/contact-fields.js';
import { contactIn } from '../contact/contact.js';
import { FormProblems } from '../http/form-problems.js';
import { Column, showNotice } from '../http/layout.js';
import { showProblem } from '../http/problem-page.js';
import { problemWords, type ProblemText } from '../http/problem-words.js';
import { keptSecret } from '../http/secret-address.js';
import { isByLink } from '../http/session.js';
import { buyerApi, showAt, type ShopContext, type ShopDeps, type View } from '../http/view.js';

const UNKNOWN = 'unknown-guest-link';

/** Asks for the address to which a link to the orders is sent. */
export const askForLink = (c: ShopContext) => showPage(c, <AskPage v={c.get('view')} email="" />);

/** Has the link sent. What is shown does not depend on whether there are orders. */
export async function requestLink(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  const { t } = v;
  const { email } = contactIn(await c.req.parseBody());
  const api = await buyerApi(c, deps, await deps.sessions.readOrStart(c));
  const reply = await replyTo(api.POST('/api/guest-links', { body: { email } }));
  if (reply.ok) {
    const to = { href: '/orders', text: t.nav.orders };
    const again = (
      <p class="muted">
        {t.guestLink.again} <a href="/find-orders">{t.guestLink.find}</a>
      </p>
    );
    return showNotice(c, 200, { title: t.guestLink.askedTitle, text: t.guestLink.asked, to, children: again });
  }
  if (reply.problem.kind === INVALID) {
    const errors = [{ id: 'email', text: t.contact.errors.email }];
    return showPage(c, <AskPage v={v} email={email} errors={errors} />, 422);
  }
  const problem = problemWords(v, reply.problem);
  return showPage(c, <AskPage v={v} email={email} problem={problem} />, statusOf(reply.problem));
}

/** The page behind the link. Opening it uses nothing up: programs that check mails open links. */
export function openLink(c: ShopContext): Response {
  const v = c.get('view');
  const { t } = v;
  const page = (
    <Column v={v} title={t.guestLink.openTitle} lead={t.guestLink.openText} plain>
      <form method="post" action="/guest-link" data-once={t.guestLink.opening}>
        <input type="hidden" name="token" value={c.req.query('token') ?? ''} />
        <button class="button">{t.guestLink.open}</button>
      </form>
    </Column>
  );
  return keptSecret(showPage(c, page));
}

/** Uses the link up: from now on the browser is the guest of the link. Who it was before is kept for when it leaves. */
export async function useLink(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const { t } = c.get('view');
  const fields = await c.req.parseBody();
  const token = typeof fields['token'] === 'string' ? fields['token'] : '';
  const path = `/guest-link?token=${encodeURIComponent(token)}`;
  showAt(c, path);
  const api = await deps.gateway.forShop(forwardedFor(c));
  const body = { token };
  const reply = await replyTo(api.POST('/api/guest-links/consume', { body }));
  if (reply.ok) {
    const session = await deps.sessions.readOrStart(c);
    const { guest } = session;
    const before = isByLink(session) ? session.before : session.user;
    const user = reply.data.userId === guest && before === undefined ? undefined : reply.data.userId;
    await deps.sessions.write(c, { guest, user, before });
    return c.redirect('/orders', 303);
  }
  // A token that cannot be one is as unknown as any other.
  const problem = reply.problem.kind === INVALID ? { kind: UNKNOWN, status: 404 } : reply.problem;
  const isFinal = problem.kind === UNKNOWN;
  const to = isFinal ? { href: '/find-orders', text: t.guestLink.find } : { href: path, text: t.guestLink.openTitle };
  return keptSecret(showProblem(c, problem, { to }));
}

function AskPage(p: { v: View; email: string; errors?: readonly FieldError[]; problem?: ProblemText }) {
  const { v, email, errors = [], problem } = p;
  const { t } = v;
  return (
    <Column v={v} title={t.guestLink.title} lead={t.guestLink.text}>
      <FormProblems v={v} errors={errors} problem={problem} />
      <form class="stack" method="post" action="/find-orders" novalidate data-once={t.contact.sending}>
        <TextField
          type="email"
          id="email"
          label={t.contact.email}
          value={email}
          autocomplete="email"
          maxlength={MAX_EMAIL_LENGTH}
          required
          errors={errors}
        />
        <button class="button">{t.guestLink.ask}</button>
      </form>
    </Column>
  );
}
