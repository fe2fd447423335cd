import type { EventChange, EventChanges } from '@box-office/records';
import type { Logger } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import { operatorOf } from '../../context.js';
import { readJsonBody } from '../../middleware/json-body.js';
import type { EventDesk, EventReads, ReadModels } from '../../ports.js';
import { problem } from '../../problems.js';
import type { Problem } from '../../problems.js';
import { pathParameter } from '../endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { eventId } from '../schemas.js';
import { eventChangesBody, eventView, faultsInTimes } from './schema.js';
import { readModelsIfPossible, viewOfEvent } from './view.js';

/** Changes an event in both stores. Purchases that are open keep the price that they were quoted. */
export function changeEvent(deps: {
  desk: Pick<EventDesk, 'alter'>;
  findEvent: EventReads['findEvent'];
  readModels: Pick<ReadModels, 'events'>;
  logger: Logger;
}): Endpoint {
  return {
    method: 'patch',
    path: '/api/events/{id}',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Change an event',
      request: {
        params: z.object({ id: eventId }),
        body: { required: true, content: { 'application/json': { schema: eventChangesBody } } },
      },
      responses: {
        200: { description: 'Changed.', content: { 'application/json': { schema: eventView } } },
      },
    },
    problems: [
      'unknown-event',
      'event-change-refused',
      'payload-too-large',
      'unsupported-media-type',
      'invalid-request',
      'unavailable',
    ],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const body = await readJsonBody(c, eventChangesBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const before = eventId.safeParse(id).success ? await deps.findEvent(id) : null;
      if (before === null) return answerProblem(c, problem('unknown-event'));
      const changes = given(body.value);
      const errors = faultsInTimes({ ...before, ...changes });
      if (errors.length > 0) return answerProblem(c, problem('invalid-request', { errors }));
      const change = await deps.desk.alter(id, changes, { by: operatorOf(c), requestId: c.get('requestId') });
      if (change.kind !== 'changed') return answerProblem(c, refusalOf(change));
      const [model] = await readModelsIfPossible(deps, [id]);
      return answer(c, 200, viewOfEvent(model ?? change.facts));
    },
  };
}

/** The changes without the fields that were left out, which must not overwrite anything. */
function given(body: z.output<typeof eventChangesBody>): EventChanges {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function refusalOf(change: Exclude<EventChange, { kind: 'changed' }>): Problem {
  if (change.kind === 'unknown') return problem('unknown-event');
  if (change.reason === 'event_cancelled') {
    return problem('event-change-refused', { detail: 'The event is cancelled and stays so.' });
  }
  const { ticketType } = change;
  if (change.reason === 'type_missing') {
    const detail = `The ticket type "${ticketType}" cannot be removed: name it too, with a total as low as it can be.`;
    return problem('event-change-refused', { detail, ticketType });
  }
  const { lowestPossible } = change;
  const detail = `The total of "${ticketType}" cannot be below ${lowestPossible}, the highest serial number held or sold.`;
  return problem('event-change-refused', { detail, ticketType, lowestPossible });
}
