import type { ApiClient } from '@box-office/api-client';
import { replyTo, showPage } from '@box-office/web';
import { NoticePage } from '../http/layout.js';
import { problemWords } from '../http/problem-words.js';
import { allowStripe } from '../http/stripe-script.js';
import type { ShopContext, ShopDeps } from '../http/view.js';
import type { TicketWithCode } from '../tickets/ticket-card.js';
import { readContact } from '../contact/contact.js';
import { CancelPage } from './cancel-page.js';
import { findOrder } from './find-order.js';
import type { SentMail } from './mail-section.js';
import { followedStatus, OrderPage, returnToOrderPath, type Purchase } from './order-page.js';

export async function showOrder(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const found = await findOrder(c, deps);
  if ('response' in found) return found.response;
  const { purchase, event, api } = found;
  const v = { ...c.get('view'), nowMs: Date.now() };
  const openHold = await holdToTryAgain(purchase, c.req.query('hold'), api);
  const isConfirmed = purchase.status === 'confirmed';
  const [tickets, mail] = isConfirmed
    ? await Promise.all([ticketsOf(purchase, api), mailOf(purchase, api)])
    : [[], null];
  const hasReturned = c.req.query('returned') !== undefined;
  const { paymentForm } = deps.config;
  const stripe = paymentForm.kind === 'stripe' ? paymentForm : undefined;
  if (stripe && purchase.nextAction?.kind === 'use_stripe_sdk') allowStripe(c, stripe);
  const returnPath = returnToOrderPath(purchase.purchaseId, c.req.query('hold'));
  const order = { v, purchase, event, tickets, mail, openHold, hasReturned, stripe, returnPath };
  return showPage(c, <OrderPage {...order} />);
}

/** The buyer has done what the payment required: the purchase looks at it, and the buyer follows that. */
export async function returnToOrder(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const found = await findOrder(c, deps);
  if ('response' in found) return found.response;
  const { purchaseId: id } = found.purchase;
  await replyTo(found.api.POST('/api/purchases/{id}/payment-check', { params: { path: { id } } }));
  const hold = c.req.query('hold');
  const query = hold === undefined ? 'returned' : `hold=${encodeURIComponent(hold)}&returned`;
  return c.redirect(`/orders/${id}?${query}`, 303);
}

/** The tickets with their codes; none if they cannot be read, so that the order is shown all the same. */
async function ticketsOf({ purchaseId: id }: Purchase, api: ApiClient): Promise<readonly TicketWithCode[]> {
  const reply = await replyTo(api.GET('/api/purchases/{id}/tickets', { params: { path: { id } } }));
  return reply.ok ? reply.data.tickets : [];
}

/** How the mail with the tickets went, and where it goes; null if that cannot be read. */
async function mailOf({ purchaseId: id }: Purchase, api: ApiClient): Promise<SentMail | null> {
  const [contact, reply] = await Promise.all([
    readContact(api),
    replyTo(api.GET('/api/purchases/{id}/mails', { params: { path: { id } } })),
  ]);
  return reply.ok ? { email: contact.email, last: reply.data.mails[0] } : null;
}

/** Sends the tickets again. */
export async function sendTickets(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const found = await findOrder(c, deps);
  if ('response' in found) return found.response;
  const path = { id: found.purchase.purchaseId };
  const reply = await replyTo(found.api.POST('/api/purchases/{id}/mails', { params: { path } }));
  const order = `/orders/${path.id}`;
  if (reply.ok) return c.redirect(`${order}#mail`, 303);
  const v = c.get('view');
  return showPage(
    c,
    <NoticePage v={v} {...problemWords(v, reply.problem)} to={{ href: order, text: v.t.order.title }} />,
    409,
  );
}

/** The hold of a purchase that failed, if its tickets are still kept for the buyer. */
async function holdToTryAgain(
  { status }: Purchase,
  id: string | undefined,
  api: ApiClient,
): Promise<string | undefined> {
  if (id === undefined || (status !== 'declined' && status !== 'undone')) return undefined;
  const reply = await replyTo(api.GET('/api/tickets/holds/{id}', { params: { path: { id } } }));
  return reply.ok && reply.data.status === 'active' ? id : undefined;
}

/** The status alone, for the script that waits for a change. */
export async function showStatus(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const found = await findOrder(c, deps);
  c.header('Cache-Control', 'no-store');
  return 'response' in found ? c.json({ status: null }, 404) : c.json({ status: followedStatus(found.purchase) });
}

/** Asks before it cancels, with what the buyer gets back. */
export async function askToCancel(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const found = await findOrder(c, deps);
  if ('response' in found) return found.response;
  const { purchase, event } = found;
  if (purchase.status !== 'confirmed') return c.redirect(`/orders/${purchase.purchaseId}`, 303);
  return showPage(c, <CancelPage v={c.get('view')} purchase={purchase} event={event} />);
}

/** Cancels what is left of the order. A repeat cancels and refunds once. */
export async function cancelOrder(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const found = await findOrder(c, deps);
  if ('response' in found) return found.response;
  const { purchase, event, api } = found;
  const path = { id: purchase.purchaseId };
  const reply = await replyTo(api.POST('/api/purchases/{id}/cancel', { params: { path } }));
  if (reply.ok || reply.problem.kind === 'nothing-to-cancel') return c.redirect(`/orders/${path.id}`, 303);
  const v = c.get('view');
  return showPage(
    c,
    <CancelPage v={v} purchase={purchase} event={event} problem={problemWords(v, reply.problem)} />,
    409,
  );
}
