import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { json, pathParameter, type Endpoint } from '../http/endpoint.js';
import { problem } from '../http/problems.js';
import { eventId, ticketTypeName } from '../http/schemas.js';
import { whyNotAdmitting } from './why-not-admitting.js';

const count = z.int().min(0);

const view = z
  .object({
    eventId,
    sold: count.openapi({ description: 'Valid tickets, some seconds old at most.' }),
    admitted: count,
    double: count.openapi({ description: 'People beyond `admitted`: offline, two doors admitted the same ticket.' }),
    counts: z.array(z.object({ ticketType: ticketTypeName, gate: z.string(), admitted: count })),
  })
  .openapi('Admissions');

/** How many are in, by ticket type and gate. */
export function showAdmissions(deps: Pick<Database, 'readAdmissions'>): Endpoint {
  return {
    method: 'get',
    path: '/api/events/{id}/admissions',
    access: 'door',
    documentation: {
      tags: ['Doors'],
      summary: 'Count who is in',
      request: { params: z.object({ id: eventId }) },
      responses: { 200: json('The counts.', view) },
    },
    problems: ['forbidden', 'unknown-event', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const refusal = whyNotAdmitting(c, id);
      if (refusal !== null) return answerProblem(c, refusal);
      const admissions = eventId.safeParse(id).success ? await deps.readAdmissions(id) : null;
      if (admissions === null) return answerProblem(c, problem('unknown-event'));
      const admitted = admissions.counts.reduce((sum, one) => sum + one.admitted, 0);
      return answer(c, 200, { eventId: id, admitted, ...admissions });
    },
  };
}
