import type { FieldError } from '@box-office/ui';
import { replyTo, showPage } from '@box-office/web';
import { FormProblems } from '../http/form-problems.js';
import { Column } from '../http/layout.js';
import { problemWords } from '../http/problem-words.js';
import { isGuest } from '../http/session.js';
import { buyerApi, type ShopContext, type ShopDeps, type View } from '../http/view.js';
import { ContactFields } from './contact-fields.js';
import { contactIn, keepContact, readContact, type GivenContact } from './contact.js';

const ORDER = /^[0-9a-f-]{36}$/;

/** The order whose tickets are sent to the address once it is changed; undefined if the page was not opened from one. */
const orderIn = (value: unknown): string | undefined =>
  typeof value === 'string' && ORDER.test(value) ? value : undefined;

/** Name and address, to be changed after a purchase. */
export async function showContactPage(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  if (v.session === null) return c.redirect('/orders', 303);
  const given = await readContact(await buyerApi(c, deps, v.session));
  return showPage(c, <ContactPage v={v} given={given} order={orderIn(c.req.query('order'))} />);
}

/** Keeps what was given, and sends the tickets of the order there. */
export async function changeContact(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  if (v.session === null) return c.redirect('/orders', 303);
  const fields = await c.req.parseBody();
  const order = orderIn(fields['order']);
  const given = contactIn(fields);
  const api = await buyerApi(c, deps, v.session);
  const kept = await keepContact(api, v, given);
  if (kept !== null) {
    const problem = 'problem' in kept ? problemWords(v, kept.problem) : undefined;
    const errors = 'errors' in kept ? kept.errors : [];
    return showPage(c, <ContactPage {...{ v, given, order, errors, problem }} />, problem === undefined ? 422 : 503);
  }
  if (order === undefined) return c.redirect('/orders', 303);
  // The page of the order says how it went.
  await replyTo(api.POST('/api/purchases/{id}/mails', { params: { path: { id: order } } }));
  return c.redirect(`/orders/${order}#mail`, 303);
}

function ContactPage(p: {
  v: View;
  given: GivenContact;
  order: string | undefined;
  errors?: readonly FieldError[];
  problem?: { readonly title: string; readonly text: string } | undefined;
}) {
  const { v, order, errors = [], problem } = p;
  const { t } = v;
  return (
    <Column v={v} title={t.contact.title} lead={t.contact.text}>
      <FormProblems {...{ v, errors, problem }} />
      <form
        {...{ class: 'stack loose', method: 'post', action: '/contact', novalidate: true }}
        data-once={t.contact.saving}
      >
        {order !== undefined && <input type="hidden" name="order" value={order} />}
        <ContactFields v={v} given={p.given} required={isGuest(v.session)} errors={errors} hasTitle />
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
