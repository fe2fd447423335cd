import type { EventSearch } from '@box-office/database';
import type { Logger } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { readQuery } from '../http/middleware/json-body.js';
import type { Database } from '../database.js';
import type { ReadModels } from '../availability/read-models.js';
import { json, type Endpoint } from '../http/endpoint.js';
import { eventId, givenInstant, nameText, nextCursor, page } from '../http/schemas.js';
import { eventView } from './schema.js';
import { readModelsOrNull, viewOfEvent } from './view.js';

const MAX_WORDS = 10;

const query = page.extend({
  after: eventId.optional().openapi({ description: 'The `next` of the page before.' }),
  q: nameText(100)
    .transform((text) => text.split(' '))
    .refine((words) => words.length <= MAX_WORDS, `At most ${MAX_WORDS} words.`)
    .optional()
    .openapi({
      type: 'string',
      minLength: 1,
      maxLength: 100,
      example: undefined,
      description: 'Words, each of which is in the name or the venue, whatever its case and accents.',
    }),
  onSale: z.literal('true').optional().openapi({
    description: 'Those whose sale is open by status and times; `available` says whether any tickets are left.',
  }),
  free: z.literal('true').optional().openapi({ description: 'Those with a ticket type that costs nothing.' }),
  startsFrom: givenInstant.optional().openapi({ description: 'Those that start then or later.', example: undefined }),
  startsBefore: givenInstant.optional().openapi({ description: 'Those that start earlier.', example: undefined }),
  endsFrom: givenInstant.optional().openapi({ description: 'Those that end then or later.', example: undefined }),
});

/** Undefined without anything to search for. */
function searchIn({
  q,
  onSale,
  free,
  startsFrom,
  startsBefore,
  endsFrom,
}: z.output<typeof query>): EventSearch | undefined {
  const search = {
    ...(q !== undefined && { words: q }),
    ...(onSale !== undefined && { onSale: true }),
    ...(free !== undefined && { free: true }),
    ...(startsFrom !== undefined && { startsFrom }),
    ...(startsBefore !== undefined && { startsBefore }),
    ...(endsFrom !== undefined && { endsFrom }),
  };
  return Object.keys(search).length === 0 ? undefined : search;
}

/** Events, oldest first, page by page: which there are from PostgreSQL, what is left from Redis. */
export function listEvents(deps: {
  listEvents: Database['listEvents'];
  searchEvents: Database['searchEvents'];
  readModels: Pick<ReadModels, 'events'>;
  logger: Logger;
}): Endpoint {
  return {
    method: 'get',
    path: '/api/events',
    access: 'public',
    documentation: {
      tags: ['Events'],
      summary: 'List and search events',
      description:
        'All events, or those that match every parameter, in the order in which they were created. A page of a search may ' +
        'have fewer events than `limit`, or none, before the last one: follow `next` until it is null.',
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
      const wanted = after === undefined ? { limit } : { limit, after };
      const search = searchIn(asked.value);
      const { events, next } = await (search === undefined
        ? deps.listEvents(wanted)
        : deps.searchEvents(search, wanted));
      const models = await readModelsOrNull(
        deps,
        events.map(({ id }) => id),
      );
      return answer(c, 200, { events: events.map((event, i) => viewOfEvent(models[i] ?? event)), next });
    },
  };
}
