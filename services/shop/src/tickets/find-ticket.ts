import type { ApiClient } from '@box-office/api-client';
import { replyTo, type Event, type Problem } from '@box-office/web';
import { showNotFound } from '../orders/find-order.js';
import { readOwn, type ShopContext, type ShopDeps } from '../http/view.js';
import type { TicketWithCode } from './ticket-card.js';

export interface FoundTicket {
  readonly ticket: TicketWithCode;
  readonly event: Event;
  /** Who sees the ticket: the buyer of the session, or the guest of the browser. */
  readonly subject: string;
  readonly api: ApiClient;
  /** Where the ticket is shown: with its order to its buyer, else by itself. */
  readonly shownAt: string;
}

/** The ticket in the path with its event, for who bought it or took it over; else what to answer. */
export const findTicket = (c: ShopContext, deps: ShopDeps): Promise<FoundTicket | Response> =>
  findTicketById(c, deps, c.req.param('id') ?? '');

export async function findTicketById(c: ShopContext, deps: ShopDeps, id: string): Promise<FoundTicket | Response> {
  const { session } = c.get('view');
  if (session === null) return noTicket(c, NOT_FOUND);
  const params = { path: { id } };
  const read = (as: ApiClient) => replyTo(as.GET('/api/tickets/{id}', { params }));
  const { subject, api, reply } = await readOwn(c, deps, session, read);
  if (!reply.ok) return noTicket(c, reply.problem);
  const event = await deps.catalogue.event(reply.data.eventId);
  if (!event.ok) return noTicket(c, event.problem);
  const { ticketId, purchaseId, userId } = reply.data;
  // Its buyer may be the guest of this browser, and who has signed in the one who took it over.
  const shownAt = userId === subject ? `/orders/${purchaseId}` : `/tickets/${ticketId}`;
  return { ticket: reply.data, event: event.data, subject, api, shownAt };
}

const NOT_FOUND: Problem = { kind: 'ticket-not-found', status: 404 };

function noTicket(c: ShopContext, problem: Problem): Response {
  const { unknown: title, unknownText: text } = c.get('view').t.transfer;
  return showNotFound(c, problem, { kind: NOT_FOUND.kind, title, text });
}
