import type { ApiClient } from '@box-office/api-client';
import type { FieldError } from '@box-office/ui';
import { showPage, statusOf, withFound } from '@box-office/web';
import { FormProblems } from '../http/form-problems.js';
import { Column } from '../http/layout.js';
import { problemWords } from '../http/problem-words.js';
import { isGuest, isGuestSubject } from '../http/session.js';
import { buyerApi, type ShopContext, type ShopDeps, type View } from '../http/view.js';
import { findOrderById } from '../orders/find-order.js';
import { mailTickets } from '../orders/order.js';
import type { Purchase } from '../orders/order-page.js';
import { ContactFields } from './contact-fields.js';
import { contactIn, keepContact, readContact, type GivenContact } from './contact.js';

/** Whose name and address they are. */
interface ContactOwner {
  /** The gateway for that buyer. */
  readonly api: ApiClient;
  readonly mustGive: boolean;
  /** Whose tickets are sent once the address is changed; undefined if the page was not opened from an order. */
  readonly purchase: Purchase | undefined;
}

/** Whose order is named, who may be the guest of a browser in which somebody has signed in; else who uses the browser. */
async function findOwner(c: ShopContext, deps: ShopDeps): Promise<ContactOwner | Response> {
  const { session } = c.get('view');
  if (session === null) return c.redirect('/orders', 303);
  const order = c.req.method === 'GET' ? c.req.query('order') : (await c.req.parseBody())['order'];
  if (typeof order !== 'string') {
    return { api: await buyerApi(c, deps, session), mustGive: isGuest(session), purchase: undefined };
  }
  const found = await findOrderById(c, deps, order);
  if (found instanceof Response) return found;
  return { api: found.api, mustGive: isGuestSubject(found.purchase.userId), purchase: found.purchase };
}

/** Name and address, to be changed after a purchase. */
export const showContactPage = withFound(findOwner, async (c, owner) =>
  showPage(c, <ContactPage v={c.get('view')} owner={owner} given={await readContact(owner.api)} />),
);

/** Keeps what was given, and sends the tickets of the order there. */
export const changeContact = withFound(findOwner, async (c, owner) => {
  const v = c.get('view');
  const { api, purchase } = owner;
  const given = contactIn(await c.req.parseBody());
  const kept = await keepContact(api, v, given);
  if (kept !== null) {
    const problem = 'problem' in kept ? problemWords(v, kept.problem) : undefined;
    const errors = 'errors' in kept ? kept.errors : [];
    const status = 'problem' in kept ? statusOf(kept.problem) : 422;
    return showPage(c, <ContactPage {...{ v, owner, given, errors, problem }} />, status);
  }
  if (purchase === undefined) return c.redirect('/orders', 303);
  return given.email === ''
    ? c.redirect(`/orders/${purchase.purchaseId}#mail`, 303)
    : mailTickets(c, { purchase, api });
});

function ContactPage(p: {
  v: View;
  owner: ContactOwner;
  given: GivenContact;
  errors?: readonly FieldError[];
  problem?: { readonly title: string; readonly text: string } | undefined;
}) {
  const { v, owner, errors = [], problem } = p;
  const { t } = v;
  const order = owner.purchase?.purchaseId;
  return (
    <Column v={v} title={t.contact.title} lead={t.contact.text}>
      <FormProblems {...{ v, errors, problem }} />
      <form
        {...{ class: 'stack loose', method: 'post', action: '/contact', novalidate: true }}
        data-once={t.contact.saving}
      >
        {order !== undefined && <input type="hidden" name="order" value={order} />}
        <ContactFields v={v} given={p.given} required={owner.mustGive} errors={errors} hasTitle />
        <p class="actions">
          <button class="button">{order === undefined ? t.contact.save : t.contact.saveAndSend}</button>
          <a href={order === undefined ? '/orders' : `/orders/${order}`}>
            {order === undefined ? t.nav.orders : t.order.back}
          </a>
        </p>
      </form>
    </Column>
  );
}
