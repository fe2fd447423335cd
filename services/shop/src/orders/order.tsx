import type { ApiClient } from '@box-office/api-client';
import type { FieldError } from '@box-office/ui';
import { replyTo, showPage, withFound } from '@box-office/web';
import { readHold } from '../buying/holds.js';
import { showProblem } from '../http/problem-page.js';
import { problemWords } from '../http/problem-words.js';
import { allowStripe } from '../http/stripe-script.js';
import type { ShopContext, ShopDeps } from '../http/view.js';
import type { TicketWithCode } from '../tickets/ticket-card.js';
import { readContact } from '../contact/contact.js';
import { cancellableTickets, type PurchasedTicket } from './cancellable-tickets.js';
import { CancelPage, ticketChoiceId } from './cancel-page.js';
import { findOrder, type FoundOrder } from './find-order.js';
import type { SentMail } from './mail-section.js';
import { followedStatus, OrderPage, returnToOrderPath, type Purchase } from './order-page.js';

export const showOrder = withFound(findOrder, async (c, { purchase, event, api }, deps) => {
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
export const sendTickets = withFound(findOrder, mailTickets);

/** Sends the tickets to the address of whose order it is, and leads to the order; or says why not. */
export async function mailTickets(
  c: ShopContext,
  { purchase, api }: Pick<FoundOrder, 'purchase' | 'api'>,
): Promise<Response> {
  const path = { id: purchase.purchaseId };
  const reply = await replyTo(api.POST('/api/purchases/{id}/mails', { params: { path } }));
  const order = `/orders/${path.id}`;
  if (reply.ok) return c.redirect(`${order}#mail`, 303);
  return showProblem(c, reply.problem, { to: { href: order, text: c.get('view').t.order.back } });
}

/** The hold of a purchase that failed, if its tickets are still kept for the buyer. */
async function holdToTryAgain(
  { status }: Purchase,
  id: string | undefined,
  api: ApiClient,
): Promise<string | undefined> {
  if (id === undefined || (status !== 'declined' && status !== 'undone')) return undefined;
  const reply = await readHold(api, id);
  return reply.ok && reply.data.status === 'active' ? id : undefined;
}

/** The status alone, for the script that waits for a change. */
export async function showStatus(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const found = await findOrder(c, deps);
  c.header('Cache-Control', 'no-store');
  return found instanceof Response ? c.json({ status: null }, 404) : c.json({ status: followedStatus(found.purchase) });
}

/** Asks before it cancels, with what the buyer gets back for the tickets in the query; for all without any. */
export const askToCancel = withFound(findOrder, async (c, found) => {
  const { purchase } = found;
  const tickets = await ticketsToCancel(found);
  if (purchase.status !== 'confirmed' || tickets.length === 0) {
    return c.redirect(`/orders/${purchase.purchaseId}`, 303);
  }
  const named = c.req.queries('ticket') ?? [];
  return showCancelPage(c, found, tickets, named.length === 0 ? idsOf(tickets) : chosenOf(tickets, named));
});

/** Cancels the tickets that are chosen, if that refunds what the form has shown. A repeat cancels and refunds once. */
export const cancelOrder = withFound(findOrder, async (c, found) => {
  const { purchase, api } = found;
  const { t } = c.get('view');
  const path = { id: purchase.purchaseId };
  const tickets = await ticketsToCancel(found);
  // Sent again: they are being cancelled.
  if (tickets.length === 0) return c.redirect(`/orders/${path.id}`, 303);
  const fields = await c.req.parseBody({ all: true });
  const chosen = chosenOf(tickets, [fields['ticket']].flat().map(String));
  if (chosen.length === 0) {
    const errors = [{ id: ticketChoiceId(0), text: t.cancel.chooseOne }];
    return showCancelPage(c, found, tickets, [], { errors, status: 422 });
  }
  const body = { tickets: chosen, expectedRefundMinor: Number(fields['refund']) };
  const reply = await replyTo(api.POST('/api/purchases/{id}/cancel', { params: { path }, body }));
  if (reply.ok || reply.problem.kind === 'nothing-to-cancel') return c.redirect(`/orders/${path.id}`, 303);
  const [title = '', text = ''] = t.cancel.changed;
  const problem =
    reply.problem.kind === 'refund-changed' ? { title, text } : problemWords(c.get('view'), reply.problem);
  return showCancelPage(c, found, tickets, chosen, { problem, status: 409 });
});

const ticketsToCancel = async ({ purchase, api }: FoundOrder): Promise<readonly PurchasedTicket[]> =>
  cancellableTickets(purchase, await ticketsOf(purchase, api));

const idsOf = (tickets: readonly PurchasedTicket[]): string[] => tickets.map(({ ticketId }) => ticketId);

/** Those of these ids that are among the tickets. */
const chosenOf = (tickets: readonly PurchasedTicket[], ids: readonly string[]): string[] =>
  idsOf(tickets).filter((id) => ids.includes(id));

async function showCancelPage(
  c: ShopContext,
  { purchase, event, api }: FoundOrder,
  tickets: readonly PurchasedTicket[],
  chosen: readonly string[],
  o: {
    readonly errors?: readonly FieldError[];
    readonly problem?: { readonly title: string; readonly text: string };
    readonly status?: 409 | 422;
  } = {},
): Promise<Response> {
  const v = c.get('view');
  const params = { path: { id: purchase.purchaseId }, query: { tickets: chosen.join(',') } };
  const reply = chosen.length === 0 ? null : await replyTo(api.GET('/api/purchases/{id}/refund', { params }));
  const refund = reply?.ok ? reply.data : null;
  const refused = reply?.ok === false ? problemWords(v, reply.problem) : undefined;
  const page = { v, purchase, event, tickets, chosen, refund, problem: o.problem ?? refused, errors: o.errors ?? [] };
  return showPage(c, <CancelPage {...page} />, o.status ?? 200);
}
