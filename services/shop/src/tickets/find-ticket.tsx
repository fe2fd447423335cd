import type { ApiClient } from '@box-office/api-client';
import { replyTo, type Event, type Problem } from '@box-office/web';
import { showProblem } from '../http/problem-page.js';
import { readOwn, type ShopContext, type ShopDeps } from '../http/view.js';
import type { TicketWithCode } from './ticket-card.js';

export interface FoundTicket {
  readonly ticket: TicketWithCode;
  readonly event: Event;
  readonly api: ApiClient;
  /** Where the ticket is shown: with its order to its buyer, else by itself. */
  readonly shownAt: string;
}

/** The ticket in the path with its event, for who bought it or took it over; else what to answer. */
export async function findTicket(c: ShopContext, deps: ShopDeps): Promise<FoundTicket | Response> {
  const { session } = c.get('view');
  if (session === null) return noTicket(c, NOT_FOUND);
  const params = { path: { id: c.req.param('id') ?? '' } };
  const read = (as: ApiClient) => replyTo(as.GET('/api/tickets/{id}', { params }));
  const { subject, api, reply } = await readOwn(c, deps, session, read);
  if (!reply.ok) return noTicket(c, reply.problem);
  const event = await deps.catalogue.event(reply.data.eventId);
  if (!event.ok) return noTicket(c, event.problem);
  const { ticketId, purchaseId, userId } = reply.data;
  // Its buyer may be the guest of this browser, and who has signed in the one who took it over.
  const shownAt = userId === subject ? `/orders/${purchaseId}` : `/tickets/${ticketId}`;
  return { ticket: reply.data, event: event.data, api, shownAt };
}

const NOT_FOUND: Problem = { kind: 'ticket-not-found', status: 404 };

function noTicket(c: ShopContext, problem: Problem): Response {
  const { t } = c.get('view');
  const words = problem.kind === NOT_FOUND.kind && { title: t.transfer.unknown, text: t.transfer.unknownText };
  return showProblem(c, problem, { ...words, to: { href: '/orders', text: t.nav.orders } });
}
