import type { TicketRow } from '@box-office/database';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, type GatewayContext } from '../http/context.js';
import { json, uuidParameter, uuidParams, type Endpoint } from '../http/endpoint.js';
import { problem } from '../http/problems.js';
import type { TicketCodes } from '@box-office/tickets/codes';
import { maySeeTicket, ticketView, viewOfTicket } from './view.js';

/** The ticket in the path, without a look at the caller; else null. */
export async function findTicketInPath(
  c: GatewayContext,
  deps: Pick<Database, 'findTicket'>,
): Promise<TicketRow | null> {
  const id = uuidParameter(c, 'id');
  return id === null ? null : deps.findTicket(id);
}

/** A ticket, for its buyer, for who took it over, and for operators. */
export function showTicket(deps: Pick<Database, 'findTicket'> & { readonly codes: TicketCodes }): Endpoint {
  return {
    method: 'get',
    path: '/api/tickets/{id}',
    access: 'buyer',
    documentation: {
      tags: ['Tickets'],
      summary: 'Show a ticket with its code',
      request: { params: uuidParams },
      responses: { 200: json('The ticket.', ticketView) },
    },
    problems: ['ticket-not-found', 'unavailable'],
    async handle(c) {
      const row = await findTicketInPath(c, deps);
      const caller = callerOf(c);
      if (row === null || !maySeeTicket(caller, row)) return answerProblem(c, problem('ticket-not-found'));
      return answer(c, 200, viewOfTicket(row, caller, deps.codes));
    },
  };
}
