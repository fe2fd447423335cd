import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf } from '../http/context.js';
import { json, type Endpoint } from '../http/endpoint.js';
import { readQuery } from '../http/middleware/json-body.js';
import { nextCursor, pageById } from '../http/schemas.js';
import type { TicketCodes } from '@box-office/tickets/codes';
import { ticketView, viewOfTicket } from './view.js';

/** The tickets that the caller has taken over from others. */
export function listReceivedTickets(
  deps: Pick<Database, 'listReceivedTickets'> & { readonly codes: TicketCodes },
): Endpoint {
  const schema = z.object({ tickets: z.array(ticketView), next: nextCursor }).openapi('ReceivedTickets');
  return {
    method: 'get',
    path: '/api/received-tickets',
    access: 'buyer',
    documentation: {
      tags: ['Tickets'],
      summary: 'List the tickets that you have taken over',
      description:
        'Those that others bought and gave to the caller. The event that comes last is first. Bought tickets are in the purchases.',
      request: { query: pageById },
      responses: { 200: json('A page of tickets.', schema) },
    },
    problems: ['invalid-request', 'unavailable'],
    async handle(c) {
      const asked = readQuery(c, pageById);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const caller = callerOf(c);
      const { tickets, next } = await deps.listReceivedTickets(caller.subject, asked.value);
      return answer(c, 200, { tickets: tickets.map((row) => viewOfTicket(row, caller, deps.codes)), next });
    },
  };
}
