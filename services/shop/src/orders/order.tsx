import type { ApiClient } from '@box-office/api-client';
import { replyTo, showPage, withFound } from '@box-office/web';
import { isActive, readHold } from '../buying/holds.js';
import { answerStatus } from '../http/follow.js';
import { allowStripe } from '../http/stripe-script.js';
import type { ShopContext, ShopDeps } from '../http/view.js';
import type { TicketWithCode } from '../tickets/ticket-card.js';
import { findOrder, readPurchase, type FoundOrder } from './find-order.js';
import { afterMail, sentMail } from './mail-section.js';
import { followedStatus, OrderPage, returnToOrderPath, type Purchase } from './order-page.js';

export const showOrder = withFound(findOrder, async (c, { purchase, event, api }, deps) => {
  const v = { ...c.get('view'), nowMs: Date.now() };
  const openHold = await holdToTryAgain(purchase, c.req.query('hold'), api);
  const isConfirmed = purchase.status === 'confirmed';
  const [tickets, mail] = isConfirmed
    ? await Promise.all([ticketsOf(purchase, api), sentMail(api, mailsOf(purchase, api))])
    : [[], null];
  const hasReturned = c.req.query('returned') !== undefined;
  const { paymentForm } = deps.config;
  const stripe = paymentForm.kind === 'stripe' ? paymentForm : undefined;
  if (stripe && purchase.nextAction?.kind === 'use_stripe_sdk') allowStripe(c, stripe);
  const returnPath = returnToOrderPath(purchase.purchaseId, c.req.query('hold'));
  const order = { v, purchase, event, tickets, mail, openHold, hasReturned, stripe, returnPath };
  return showPage(c, <OrderPage {...order} />);
});

/** The buyer has done what the payment required: the purchase looks at it, and the buyer follows that. */
export const returnToOrder = withFound(findOrder, async (c, { purchase, api }) => {
  const { purchaseId: id } = purchase;
  await replyTo(api.POST('/api/purchases/{id}/payment-check', { params: { path: { id } } }));
  const hold = c.req.query('hold');
  const query = hold === undefined ? 'returned' : `hold=${encodeURIComponent(hold)}&returned`;
  return c.redirect(`/orders/${id}?${query}`, 303);
});

/** The tickets with their codes; none if they cannot be read, so that the order is shown all the same. */
export async function ticketsOf({ purchaseId: id }: Purchase, api: ApiClient): Promise<readonly TicketWithCode[]> {
  const reply = await replyTo(api.GET('/api/purchases/{id}/tickets', { params: { path: { id } } }));
  return reply.ok ? reply.data.tickets : [];
}

const mailsOf = ({ purchaseId: id }: Purchase, api: ApiClient) =>
  replyTo(api.GET('/api/purchases/{id}/mails', { params: { path: { id } } }));

/** Sends the tickets again. */
export const sendTickets = withFound(findOrder, mailTickets);

/** Sends the tickets to the address of whose order it is, and leads to the order; or says why not. */
export async function mailTickets(
  c: ShopContext,
  { purchase, api }: Pick<FoundOrder, 'purchase' | 'api'>,
): Promise<Response> {
  const path = { id: purchase.purchaseId };
  const reply = await replyTo(api.POST('/api/purchases/{id}/mails', { params: { path } }));
  return afterMail(c, reply, { href: `/orders/${path.id}`, text: c.get('view').t.order.back });
}

/** The hold of a purchase that failed, if its tickets are still kept for the buyer. */
async function holdToTryAgain(
  { status }: Purchase,
  id: string | undefined,
  api: ApiClient,
): Promise<string | undefined> {
  if (id === undefined || (status !== 'declined' && status !== 'undone')) return undefined;
  const reply = await readHold(api, id);
  return reply.ok && isActive(reply.data) ? id : undefined;
}

/** The status alone, for the script that waits for a change. */
export const showStatus = (c: ShopContext, deps: ShopDeps): Promise<Response> =>
  answerStatus(c, deps, c.get('view').session, readPurchase, followedStatus);
