import { answer, answerProblem } from '../../answers.js';
import { operatorOf } from '../../context.js';
import { readJsonBody } from '../../middleware/json-body.js';
import type { EventDesk } from '../../ports.js';
import type { Endpoint } from '../endpoint.js';
import { eventView, newEventBody } from './schema.js';
import { viewOfEvent } from './view.js';

/** Creates an event. 201 means that it can be sold: it stands in PostgreSQL and its inventory in Redis. */
export function createEvent(deps: { desk: Pick<EventDesk, 'open'> }): Endpoint {
  return {
    method: 'post',
    path: '/api/events',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Create an event',
      request: { body: { required: true, content: { 'application/json': { schema: newEventBody } } } },
      responses: {
        201: {
          description: 'Created, and ready to be sold. `Location` leads to it.',
          content: { 'application/json': { schema: eventView } },
        },
      },
    },
    problems: ['payload-too-large', 'unsupported-media-type', 'invalid-request', 'unavailable'],
    async handle(c) {
      const body = await readJsonBody(c, newEventBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const facts = await deps.desk.open(body.value, { by: operatorOf(c), requestId: c.get('requestId') });
      const fresh = {
        ...facts,
        capacity: facts.ticketTypes.reduce((sum, { total }) => sum + total, 0),
        ticketTypes: facts.ticketTypes.map((type) => ({ ...type, available: type.total, held: 0, sold: 0 })),
      };
      return answer(c, 201, viewOfEvent(fresh), { Location: `/api/events/${facts.id}` });
    },
  };
}
