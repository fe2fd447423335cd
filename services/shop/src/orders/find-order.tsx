import type { ApiClient } from '@box-office/api-client';
import { replyTo, type Event, type Problem } from '@box-office/web';
import { showNotice } from '../http/layout.js';
import { problemWords } from '../http/problem-words.js';
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
  if (session === null) return noOrder(c, { kind: 'unknown-purchase' });
  const params = { path: { id } };
  const { api, reply } = await readOwn(c, deps, session, (as) => replyTo(as.GET('/api/purchases/{id}', { params })));
  if (!reply.ok) return noOrder(c, reply.problem);
  const event = await deps.catalogue.event(reply.data.eventId);
  return event.ok ? { purchase: reply.data, event: event.data, api } : noOrder(c, event.problem);
}

function noOrder(c: ShopContext, problem: Problem): Response {
  const v = c.get('view');
  const isUnknown = problem.kind === 'unknown-purchase';
  const words = isUnknown ? { title: v.t.order.unknown, text: v.t.order.unknownText } : problemWords(v, problem);
  return showNotice(c, isUnknown ? 404 : 503, {
    ...words,
    to: { href: '/orders', text: v.t.nav.orders },
    children: isUnknown && (
      <p>
        <a href="/find-orders">{v.t.guestLink.find}</a>
      </p>
    ),
  });
}
