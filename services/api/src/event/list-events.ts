import type { Logger } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { readQuery } from '../http/middleware/json-body.js';
import type { Database } from '../database.js';
import type { ReadModels } from '../availability/read-models.js';
import { json, type Endpoint } from '../http/endpoint.js';
import { eventId, nextCursor, page } from '../http/schemas.js';
import { eventView } from './schema.js';
import { readModelsOrNull, viewOfEvent } from './view.js';

const query = page.extend({ after: eventId.optional().openapi({ description: 'The `next` of the page before.' }) });

/** All events, oldest first, page by page: which there are from PostgreSQL, what is left from Redis. */
export function listEvents(deps: {
  listEvents: Database['listEvents'];
  readModels: Pick<ReadModels, 'events'>;
  logger: Logger;
}): Endpoint {
  return {
    method: 'get',
    path: '/api/events',
    access: 'public',
    documentation: {
      tags: ['Events'],
      summary: 'List events',
      request: { query },
      responses: {
        200: json(
          'A page of events with what is left of each at this moment.',
          z.object({ events: z.array(eventView), next: nextCursor }),
        ),
      },
    },
    problems: ['invalid-request', 'unavailable'],
    async handle(c) {
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const { limit, after } = asked.value;
      const { events, next } = await deps.listEvents(after === undefined ? { limit } : { limit, after });
      const models = await readModelsOrNull(
        deps,
        events.map(({ id }) => id),
      );
      return answer(c, 200, { events: events.map((event, i) => viewOfEvent(models[i] ?? event)), next });
    },
  };
}
