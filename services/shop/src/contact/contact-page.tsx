import type { ApiClient } from '@box-office/api-client';
import type { FieldError } from '@box-office/ui';
import { showPage, UNREACHABLE, withFound } from '@box-office/web';
import { FormProblems } from '../http/form-problems.js';
import { Column } from '../http/layout.js';
import { showProblem } from '../http/problem-page.js';
import type { ProblemText } from '../http/problem-words.js';
import { isGuest, isGuestSubject } from '../http/session.js';
import { buyerApi, type ShopContext, type ShopDeps, type View } from '../http/view.js';
import { findOrderById } from '../orders/find-order.js';
import { mailTickets } from '../orders/order.js';
import { findTicketById } from '../tickets/find-ticket.js';
import { mailTicket } from '../tickets/received.js';
import { ContactFields } from './contact-fields.js';
import { contactIn, keepContact, readContact, type GivenContact } from './contact.js';

/** Whose name and address they are. */
interface ContactOwner {
  /** The gateway for that buyer. */
  readonly api: ApiClient;
  readonly mustGive: boolean;
  /** What is sent once the address is changed; undefined if the page was opened neither from an order nor from a ticket. */
  readonly opener: Opener | undefined;
}

/** The page from which an address is changed. */
interface Opener {
  readonly field: { readonly name: 'order' | 'ticket'; readonly value: string };
  readonly page: { readonly href: string; readonly text: string };
  send(): Promise<Response>;
}

/**
 * Whose order or ticket is named, who may be the guest of a browser in which somebody has signed in; else who uses the
 * browser.
 */
async function findOwner(c: ShopContext, deps: ShopDeps): Promise<ContactOwner | Response> {
  const { session, t } = c.get('view');
  if (session === null) return c.redirect('/orders', 303);
  const { order, ticket } = c.req.method === 'GET' ? c.req.query() : await c.req.parseBody();
  if (typeof order === 'string') {
    const found = await findOrderById(c, deps, order);
    if (found instanceof Response) return found;
    const { purchaseId, userId } = found.purchase;
    return {
      api: found.api,
      mustGive: isGuestSubject(userId),
      opener: {
        field: { name: 'order', value: purchaseId },
        page: { href: `/orders/${purchaseId}`, text: t.order.back },
        send: () => mailTickets(c, found),
      },
    };
  }
  if (typeof ticket === 'string') {
    const found = await findTicketById(c, deps, ticket);
    if (found instanceof Response) return found;
    return {
      api: found.api,
      mustGive: isGuestSubject(found.subject),
      opener: {
        field: { name: 'ticket', value: found.ticket.ticketId },
        page: { href: found.shownAt, text: t.transfer.back },
        send: () => mailTicket(c, found),
      },
    };
  }
  return { api: await buyerApi(c, deps, session), mustGive: isGuest(session), opener: undefined };
}

/** Name and address, to be changed after a purchase. */
export const showContactPage = withFound(findOwner, async (c, owner) => {
  const given = await readContact(owner.api);
  // Empty fields would say that there is no contact.
  if (given.isUnread) return showProblem(c, { kind: UNREACHABLE }, { to: pageOf(c.get('view'), owner) });
  return showPage(c, <ContactPage v={c.get('view')} owner={owner} given={given} />);
});

/** Keeps what was given, and sends the tickets there. */
export const changeContact = withFound(findOwner, async (c, owner) => {
  const v = c.get('view');
  const { api, opener, mustGive } = owner;
  const given = contactIn(await c.req.parseBody());
  const kept = await keepContact(api, v, given, { mustGive });
  if (kept !== null) {
    const { errors, problem, status } = kept;
    return showPage(c, <ContactPage v={v} owner={owner} given={given} errors={errors} problem={problem} />, status);
  }
  if (opener === undefined) return c.redirect('/orders', 303);
  return given.email === '' ? c.redirect(`${opener.page.href}#mail`, 303) : opener.send();
});

/** Where the page leads back to. */
const pageOf = ({ t }: View, { opener }: ContactOwner) => opener?.page ?? { href: '/orders', text: t.nav.orders };

function ContactPage(p: {
  v: View;
  owner: ContactOwner;
  given: GivenContact;
  errors?: readonly FieldError[];
  problem?: ProblemText | undefined;
}) {
  const { v, owner, errors = [], problem } = p;
  const { t } = v;
  const field = owner.opener?.field;
  const page = pageOf(v, owner);
  return (
    <Column v={v} title={t.contact.title} lead={t.contact.text}>
      <FormProblems v={v} errors={errors} problem={problem} />
      <form class="stack loose" method="post" action="/contact" novalidate data-once={t.contact.saving}>
        {field !== undefined && <input type="hidden" {...field} />}
        <ContactFields v={v} given={p.given} required={owner.mustGive} errors={errors} hasTitle />
        <p class="actions">
          <button class="button">{field === undefined ? t.contact.save : t.contact.saveAndSend}</button>
          <a href={page.href}>{page.text}</a>
        </p>
      </form>
    </Column>
  );
}
