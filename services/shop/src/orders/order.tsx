import type { ApiClient } from '@box-office/api-client';
import type { Event } from '../events/catalogue.js';
import { replyTo, type Problem } from '../http/gateway.js';
import { NoticePage, showPage } from '../http/layout.js';
import { problemWords } from '../http/problem-words.js';
import { buyerApi, type ShopContext, type ShopDeps } from '../http/view.js';
import { CancelPage } from './cancel-page.js';
import { OrderPage, type Purchase } from './order-page.js';

type Found =
  { readonly purchase: Purchase; readonly event: Event; readonly api: ApiClient } | { readonly response: Response };

/** The buyer's order with its event; else what to answer. */
async function findOrder(c: ShopContext, deps: ShopDeps): Promise<Found> {
  const { session } = c.get('view');
  if (session === null) return { response: noOrder(c, { kind: 'unknown-purchase' }) };
  const api = await buyerApi(c, deps, session);
  const id = c.req.param('id') ?? '';
  const reply = await replyTo(api.GET('/api/purchases/{id}', { params: { path: { id } } }));
  if (!reply.ok) return { response: noOrder(c, reply.problem) };
  const event = await deps.catalogue.event(reply.data.eventId);
  return event.ok ? { purchase: reply.data, event: event.data, api } : { response: noOrder(c, event.problem) };
}

function noOrder(c: ShopContext, problem: Problem): Response {
  const v = c.get('view');
  const isUnknown = problem.kind === 'unknown-purchase';
  const words = isUnknown ? { title: v.t.order.unknown, text: v.t.order.unknownText } : problemWords(v, problem);
  return showPage(
    c,
    <NoticePage v={v} {...words} to={{ href: '/orders', text: v.t.order.all }} />,
    isUnknown ? 404 : 503,
  );
}

export async function showOrder(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const found = await findOrder(c, deps);
  if ('response' in found) return found.response;
  const { purchase, event, api } = found;
  const v = { ...c.get('view'), nowMs: Date.now() };
  const openHold = await holdToTryAgain(purchase, c.req.query('hold'), api);
  return showPage(c, <OrderPage v={v} purchase={purchase} event={event} openHold={openHold} />);
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
  return 'response' in found ? c.json({ status: null }, 404) : c.json({ status: found.purchase.status });
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
