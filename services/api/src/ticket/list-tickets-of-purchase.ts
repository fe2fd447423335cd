import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf } from '../http/context.js';
import { json, uuidParams, type Endpoint } from '../http/endpoint.js';
import { problem } from '../http/problems.js';
import type { TicketCodes } from '@box-office/tickets/codes';
import { ticketView, viewOfTicket } from './view.js';
import { readPurchaseId } from '../purchase/purchase-id.js';

/** All tickets of a purchase with their codes; for a buyer the own ones. */
export function listTicketsOfPurchase(
  deps: Pick<Database, 'findTicketsOfPurchase'> & { readonly codes: TicketCodes },
): Endpoint {
  return {
    method: 'get',
    path: '/api/purchases/{id}/tickets',
    access: 'buyer',
    documentation: {
      tags: ['Tickets'],
      summary: 'List the tickets of a purchase with their codes',
      description: 'None before the purchase is confirmed, and none of other buyers.',
      request: { params: uuidParams },
      responses: { 200: json('The tickets.', z.object({ tickets: z.array(ticketView) }).openapi('TicketsOfPurchase')) },
    },
    problems: ['unknown-purchase', 'unavailable'],
    async handle(c) {
      const id = readPurchaseId(c);
      if (id === null) return answerProblem(c, problem('unknown-purchase'));
      const caller = callerOf(c);
      const rows = await deps.findTicketsOfPurchase(id, caller.role === 'operator' ? null : caller.subject);
      return answer(c, 200, { tickets: rows.map((row) => viewOfTicket(row, caller, deps.codes)) });
    },
  };
}
