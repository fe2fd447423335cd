import type { Logger } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import type { Database } from '../database.js';
import type { ReadModels } from '../availability/read-models.js';
import type { InventoryRebuilder } from '../availability/inventory-rebuilder.js';
import { problem } from '../http/problems.js';
import { json, pathParameter, type Endpoint } from '../http/endpoint.js';
import { eventId } from '../http/schemas.js';
import { etagHeader, etagOf } from './revision.js';
import { eventView } from './schema.js';
import { readModelsOrNull, viewOfEvent } from './view.js';

/** One event with the tickets that are left: from Redis, or from PostgreSQL without them if Redis does not have it. */
export function showEvent(deps: {
  findEvent: Database['findEvent'];
  readModels: Pick<ReadModels, 'events'>;
  rebuilder: InventoryRebuilder;
  logger: Logger;
}): Endpoint {
  return {
    method: 'get',
    path: '/api/events/{id}',
    access: 'public',
    documentation: {
      tags: ['Events'],
      summary: 'Show an event',
      request: { params: z.object({ id: eventId }) },
      responses: {
        200: json('The event, with the tickets of each type that are left at this moment.', eventView, etagHeader),
      },
    },
    problems: ['unknown-event', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      if (!eventId.safeParse(id).success) return answerProblem(c, problem('unknown-event'));
      const [model] = await readModelsOrNull(deps, [id]);
      if (model !== null && model !== undefined) return answer(c, 200, viewOfEvent(model), etagOf(model));
      const event = await deps.findEvent(id);
      if (event === null) return answerProblem(c, problem('unknown-event'));
      deps.rebuilder.rebuild(id);
      return answer(c, 200, viewOfEvent(event), etagOf(event));
    },
  };
}
