import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import type { CancellationWorkflows } from '../cancellation/cancellation-workflows.js';
import type { Database } from '../database.js';
import { problem } from '../http/problems.js';
import { json, pathParameter, type Endpoint } from '../http/endpoint.js';
import { eventId } from '../http/schemas.js';
import { eventCancellationView, viewOfProgress } from './cancellation-view.js';

/** How far the cancellation of an event is, as PostgreSQL has counted it by this moment. */
export function showEventCancellation(deps: {
  readEventCancellation: Database['readEventCancellation'];
  cancellations: Pick<CancellationWorkflows, 'isCancelling'>;
}): Endpoint {
  return {
    method: 'get',
    path: '/api/events/{id}/cancellation',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: "Show the progress of an event's cancellation",
      request: { params: z.object({ id: eventId }) },
      responses: { 200: json('What is done and what is left.', eventCancellationView) },
    },
    problems: ['unknown-cancellation', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      if (!eventId.safeParse(id).success) return answerProblem(c, problem('unknown-cancellation'));
      const progress = await deps.readEventCancellation(id);
      const known = progress !== null || (await deps.cancellations.isCancelling(id));
      if (!known) return answerProblem(c, problem('unknown-cancellation'));
      return answer(c, 200, viewOfProgress(id, progress));
    },
  };
}
