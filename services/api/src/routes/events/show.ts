import type { Logger } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import type { EventReads, InventoryCare, ReadModels } from '../../ports.js';
import { problem } from '../../problems.js';
import { pathParameter } from '../endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { eventId } from '../schemas.js';
import { etagHeader, etagOf } from './revision.js';
import { eventView } from './schema.js';
import { readModelsIfPossible, viewOfEvent } from './view.js';

/** One event with what is left of it: from Redis alone, or its facts from PostgreSQL where Redis knows nothing of it. */
export function showEvent(deps: {
  findEvent: EventReads['findEvent'];
  readModels: Pick<ReadModels, 'events'>;
  inventory: Pick<InventoryCare, 'restore'>;
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
        200: {
          description: 'The event, with the tickets of each type that are left at this moment.',
          headers: etagHeader,
          content: { 'application/json': { schema: eventView } },
        },
      },
    },
    problems: ['unknown-event', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      if (!eventId.safeParse(id).success) return answerProblem(c, problem('unknown-event'));
      const [model] = await readModelsIfPossible(deps, [id]);
      if (model !== null && model !== undefined) return answer(c, 200, viewOfEvent(model), etagOf(model));
      const facts = await deps.findEvent(id);
      if (facts === null) return answerProblem(c, problem('unknown-event'));
      deps.inventory.restore(id);
      return answer(c, 200, viewOfEvent(facts), etagOf(facts));
    },
  };
}
