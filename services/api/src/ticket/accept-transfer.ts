import { hashOfSecret } from '@box-office/contract/derive';
import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf } from '../http/context.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { instant, ticket, eventId } from '../http/schemas.js';
import type { TicketCodes } from '@box-office/tickets/codes';
import { problemOfTransfer, transferCode } from './transfer-code.js';
import { ticketView, viewOfTicket } from './view.js';

const body = z.strictObject({ code: transferCode }).openapi('TransferCode');
const request = { body: { required: true, content: jsonContent(body) } };

const offeredTicket = ticket.extend({ eventId, offeredUntil: instant }).openapi('OfferedTicket');

/** The ticket that is offered with a code. The code is in the body, so that no log has it. */
export function showTransfer(deps: Pick<Database, 'findOpenOffer'>): Endpoint {
  return {
    method: 'post',
    path: '/api/ticket-transfers/show',
    access: 'buyer',
    documentation: {
      tags: ['Tickets'],
      summary: 'Show the ticket that is offered with a code',
      request,
      responses: { 200: json('The ticket.', offeredTicket) },
    },
    problems: ['unknown-transfer', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const given = await readJsonBody(c, body);
      if (!given.ok) return answerProblem(c, given.problem);
      const offer = await deps.findOpenOffer(hashOfSecret(given.value.code));
      if (offer === null) return answerProblem(c, problem('unknown-transfer'));
      const { ticketId, eventId: event, ticketType, serial, expiresAt } = offer;
      return answer(c, 200, { ticketId, ticketType, serial, eventId: event, offeredUntil: expiresAt });
    },
  };
}

/** Takes over the ticket that is offered with a code. */
export function acceptTransfer(
  deps: Pick<Database, 'acceptTicket' | 'findTicket'> & { readonly codes: TicketCodes },
): Endpoint {
  return {
    method: 'post',
    path: '/api/ticket-transfers/accept',
    access: 'buyer',
    documentation: {
      tags: ['Tickets'],
      summary: 'Take over a ticket that is offered with a code',
      description:
        'The ticket is yours from then on, with a new code at the door; the code before is refused. Its buyer cannot cancel it any ' +
        'more. It is sent to the address of your contact, if you have given one. A repeat gets the same answer.',
      request,
      responses: { 200: json('The ticket.', ticketView) },
    },
    problems: ['unknown-transfer', 'ticket-not-transferable', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const given = await readJsonBody(c, body);
      if (!given.ok) return answerProblem(c, given.problem);
      const caller = callerOf(c);
      const codeHash = hashOfSecret(given.value.code);
      const result = await deps.acceptTicket({ codeHash, by: caller.subject, requestId: c.get('requestId') });
      if (result.kind === 'unknown_transfer') return answerProblem(c, problem('unknown-transfer'));
      if (result.kind !== 'accepted') return answerProblem(c, problemOfTransfer(result));
      const row = await deps.findTicket(result.ticketId);
      if (row === null) throw new Error(`ticket ${result.ticketId} was taken over and is not there`);
      return answer(c, 200, viewOfTicket(row, caller, deps.codes));
    },
  };
}
