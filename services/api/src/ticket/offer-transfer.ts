import { hashOfSecret } from '@box-office/contract/derive';
import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf } from '../http/context.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { instant } from '../http/schemas.js';
import { newTransferCode, problemOfTransfer, transferCode } from './transfer-code.js';

/** An offer can be accepted for a week; the end of the event ends it, too. */
const LIFETIME_S = 7 * 86_400;

const body = z.strictObject({ ticketId: z.uuid().toLowerCase() }).openapi('TicketToTransfer');
const request = { body: { required: true, content: jsonContent(body) } };

const offerView = z.object({ ticketId: z.uuid(), code: transferCode, offeredUntil: instant }).openapi('TransferOffer');
const withdrawnView = z.object({ ticketId: z.uuid(), offeredUntil: z.null() }).openapi('WithdrawnOffer');

/** Offers a ticket to the person who gets its code. */
export function offerTransfer(deps: Pick<Database, 'offerTicket'>): Endpoint {
  return {
    method: 'post',
    path: '/api/ticket-transfers',
    access: 'buyer',
    documentation: {
      tags: ['Tickets'],
      summary: 'Offer a ticket to somebody else',
      description:
        'Answers with a code, which is shown once. The ticket stays yours until somebody accepts it with the code. An offer that was ' +
        'made before is withdrawn. Only who has the ticket can offer it.',
      request,
      responses: { 201: json('The offer.', offerView) },
    },
    problems: ['ticket-not-found', 'ticket-not-transferable', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const given = await readJsonBody(c, body);
      if (!given.ok) return answerProblem(c, given.problem);
      const { ticketId } = given.value;
      const code = newTransferCode();
      const result = await deps.offerTicket({
        ticketId,
        by: callerOf(c).subject,
        codeHash: hashOfSecret(code),
        lifetimeS: LIFETIME_S,
      });
      if (result.kind !== 'offered') return answerProblem(c, problemOfTransfer(result));
      return answer(c, 201, { ticketId, code, offeredUntil: result.expiresAt });
    },
  };
}

/** Withdraws the offer of a ticket. */
export function withdrawTransfer(deps: Pick<Database, 'withdrawOffer'>): Endpoint {
  return {
    method: 'post',
    path: '/api/ticket-transfers/withdraw',
    access: 'buyer',
    documentation: {
      tags: ['Tickets'],
      summary: 'Withdraw the offer of a ticket',
      description: 'The code of the offer is worthless from then on. A repeat changes nothing.',
      request,
      responses: { 200: json('The ticket is not offered.', withdrawnView) },
    },
    problems: ['ticket-not-found', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const given = await readJsonBody(c, body);
      if (!given.ok) return answerProblem(c, given.problem);
      const { ticketId } = given.value;
      const isWithdrawn = await deps.withdrawOffer({ ticketId, by: callerOf(c).subject });
      if (!isWithdrawn) return answerProblem(c, problem('ticket-not-found'));
      return answer(c, 200, { ticketId, offeredUntil: null });
    },
  };
}
