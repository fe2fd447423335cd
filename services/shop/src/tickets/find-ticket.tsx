import type { ApiClient } from '@box-office/api-client';
import { replyTo, type Event, type Problem } from '@box-office/web';
import { showNotice } from '../http/layout.js';
import { problemWords } from '../http/problem-words.js';
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
  if (session === null) return noTicket(c, { kind: 'ticket-not-found' });
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

function noTicket(c: ShopContext, problem: Problem): Response {
  const v = c.get('view');
  const isUnknown = problem.kind === 'ticket-not-found';
  const { unknown: title, unknownText: text } = v.t.transfer;
  const words = isUnknown ? { title, text } : problemWords(v, problem);
  const to = { href: '/orders', text: v.t.nav.orders };
  return showNotice(c, isUnknown ? 404 : 503, { ...words, to });
}
