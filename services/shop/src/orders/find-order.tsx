import type { ApiClient } from '@box-office/api-client';
import { replyTo, type Event, type Problem } from '@box-office/web';
import { showProblem } from '../http/problem-page.js';
import { readOwn, type ShopContext, type ShopDeps, type View } from '../http/view.js';
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
  const params = { path: { id } };
  const { api, reply } = await readOwn(c, deps, session, (as) => replyTo(as.GET('/api/purchases/{id}', { params })));
  if (!reply.ok) return noOrder(c, reply.problem);
  const event = await deps.catalogue.event(reply.data.eventId);
  return event.ok ? { purchase: reply.data, event: event.data, api } : noOrder(c, event.problem);
}

const NOT_FOUND: Problem = { kind: 'unknown-purchase', status: 404 };

function noOrder(c: ShopContext, problem: Problem): Response {
  const { t } = c.get('view');
  const isUnknown = problem.kind === NOT_FOUND.kind;
  return showProblem(c, problem, {
    ...(isUnknown && { title: t.order.unknown, text: t.order.unknownText }),
    to: { href: '/orders', text: t.nav.orders },
    children: isUnknown && <FindByMail v={c.get('view')} />,
  });
}

/** For a guest in another browser. */
export const FindByMail = ({ v: { t } }: { v: View }) => (
  <p>
    <a href="/find-orders">{t.guestLink.find}</a>
  </p>
);
