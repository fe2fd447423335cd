import type { ApiClient } from '@box-office/api-client';
import { replyTo, type Event, type Problem } from '@box-office/web';
import { showProblem } from '../http/problem-page.js';
import type { ProblemText } from '../http/problem-words.js';
import { readOwn, type ShopContext, type ShopDeps } from '../http/view.js';
import type { Purchase } from './order-page.js';

export interface FoundOrder {
  readonly purchase: Purchase;
  readonly event: Event;
  /** The gateway for whose order it is. */
  readonly api: ApiClient;
}

/** The buyer's order in the path with its event; else what to answer. */
export const findOrder = (c: ShopContext, deps: ShopDeps): Promise<FoundOrder | Response> =>
  findOrderById(c, deps, c.req.param('id') ?? '');

export async function findOrderById(c: ShopContext, deps: ShopDeps, id: string): Promise<FoundOrder | Response> {
  const { session } = c.get('view');
  if (session === null) return noOrder(c, NOT_FOUND);
  const { api, reply } = await readOwn(c, deps, session, (as) => readPurchase(as, id));
  if (!reply.ok) return noOrder(c, reply.problem);
  const event = await deps.catalogue.event(reply.data.eventId);
  return event.ok ? { purchase: reply.data, event: event.data, api } : noOrder(c, event.problem);
}

export const readPurchase = (api: ApiClient, id: string) =>
  replyTo(api.GET('/api/purchases/{id}', { params: { path: { id } } }));

const NOT_FOUND: Problem = { kind: 'unknown-purchase', status: 404 };

function noOrder(c: ShopContext, problem: Problem): Response {
  const { unknown: title, unknownText: text } = c.get('view').t.order;
  return showNotFound(c, problem, { kind: NOT_FOUND.kind, title, text });
}

/** Says why something of the buyer is not shown. A guest in another browser may find it by mail if it is unknown. */
export function showNotFound(
  c: ShopContext,
  problem: Problem,
  { kind, title, text }: ProblemText & { readonly kind: string },
): Response {
  const { t } = c.get('view');
  const find = (
    <p>
      <a href="/find-orders">{t.guestLink.find}</a>
    </p>
  );
  const to = { href: '/orders', text: t.nav.orders };
  return showProblem(c, problem, problem.kind === kind ? { title, text, to, children: find } : { to });
}
