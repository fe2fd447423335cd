import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { actorOf, callerOf, mayAdmitFor } from '../http/context.js';
import { json, jsonContent, uuidParameter, uuidParams, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { instant, longText } from '../http/schemas.js';
import { checkInView, viewOfCheckIn } from './schema.js';

const body = z
  .strictObject({ reason: longText(500, { min: 1 }).openapi({ example: 'Scanned by mistake.' }) })
  .openapi('UndoneAdmission');

const view = checkInView.extend({ undoneAt: instant }).openapi('UndoneCheckIn');

/** Undoes an admission: the ticket can be admitted again. */
export function undoCheckIn(deps: Pick<Database, 'findCheckIn' | 'undoCheckIn'>): Endpoint {
  return {
    method: 'post',
    path: '/api/check-ins/{id}/undo',
    access: 'door',
    documentation: {
      tags: ['Doors'],
      summary: 'Undo an admission',
      description:
        'The ticket can be admitted again, and its buyer can cancel it, unless another door has admitted it too. ' +
        'A repeat changes nothing.',
      request: { params: uuidParams, body: { required: true, content: jsonContent(body) } },
      responses: { 200: json('Undone.', view) },
    },
    problems: ['forbidden', 'unknown-check-in', 'nothing-to-undo', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const checkInId = uuidParameter(c, 'id');
      const known = checkInId === null ? null : await deps.findCheckIn(checkInId);
      if (checkInId === null || known === null || !mayAdmitFor(callerOf(c), known.eventId ?? '')) {
        return answerProblem(c, problem('unknown-check-in'));
      }
      if (known.result !== 'admitted' && known.reportedAt === null) return answerProblem(c, problem('nothing-to-undo'));
      const given = await readJsonBody(c, body);
      if (!given.ok) return answerProblem(c, given.problem);
      const undone = await deps.undoCheckIn({ checkInId, ...given.value, ...actorOf(c) });
      if (undone === null) return answerProblem(c, problem('unknown-check-in'));
      return answer(c, 200, { ...viewOfCheckIn(undone), undoneAt: undone.undoneAt });
    },
  };
}
