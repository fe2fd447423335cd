import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, mayActFor } from '../http/context.js';
import { json, type Endpoint } from '../http/endpoint.js';
import { readQuery } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { nextCursor, pageById, userId } from '../http/schemas.js';
import type { TicketCodes } from '@box-office/tickets/codes';
import { ticketView, viewOfTicket } from './view.js';

const query = pageById.extend({
  userId: userId.optional().openapi({ description: 'Operators name whose; else the caller’s.', example: undefined }),
});

/** The tickets that the caller, or whom an operator names, has taken over from others. */
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
        'Those that others bought and gave to the caller, or to whom an operator names. The event that comes last is ' +
        'first. Bought tickets are in the purchases.',
      request: { query },
      responses: { 200: json('A page of tickets.', schema) },
    },
    problems: ['forbidden', 'invalid-request', 'unavailable'],
    async handle(c) {
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const caller = callerOf(c);
      const { userId: holder = caller.subject, ...wanted } = asked.value;
      if (!mayActFor(caller, holder)) {
        return answerProblem(c, problem('forbidden', { detail: "A buyer can list only the token's own tickets." }));
      }
      const { tickets, next } = await deps.listReceivedTickets(holder, wanted);
      return answer(c, 200, { tickets: tickets.map((row) => viewOfTicket(row, caller, deps.codes)), next });
    },
  };
}
