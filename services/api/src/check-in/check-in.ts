import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { keyHeader, readIdempotencyKey } from '../idempotency/idempotency-key.js';
import { presentTicket, type PresentTicketDeps } from './present-ticket.js';
import { checkInFields, checkInView, foundTicketFields, viewOfCheckIn } from './schema.js';

const body = z
  .union([z.strictObject(checkInFields), z.strictObject(foundTicketFields)])
  .openapi('NewCheckIn', { description: 'Either `code`, or `ticketId` and `version` of a ticket that was found.' });

const headers = keyHeader('Any text of your own, new for each code that is presented: a repeat gets the same answer.');

/** Admits a ticket by its code or as one that was found, or says why not. */
export function checkIn(deps: PresentTicketDeps): Endpoint {
  return {
    method: 'post',
    path: '/api/check-ins',
    access: 'door',
    documentation: {
      tags: ['Doors'],
      summary: 'Present a ticket at a door',
      description:
        'Admits the ticket once, however many doors ask at the same time. The answer is 200 also for a refusal: ' +
        'see `result`.',
      request: { headers, body: { required: true, content: jsonContent(body) } },
      responses: { 200: json('Admitted, or why not.', checkInView) },
    },
    problems: [
      'missing-idempotency-key',
      'invalid-idempotency-key',
      'forbidden',
      ...BODY_PROBLEMS,
      'idempotency-key-reused',
      'unavailable',
    ],
    async handle(c) {
      const key = readIdempotencyKey(c);
      if (!key.ok) return answerProblem(c, key.problem);
      const given = await readJsonBody(c, body);
      if (!given.ok) return answerProblem(c, given.problem);
      const presented = await presentTicket(c, deps, { key: key.value, ...given.value });
      return presented.ok ? answer(c, 200, viewOfCheckIn(presented.checkIn)) : answerProblem(c, presented.problem);
    },
  };
}
