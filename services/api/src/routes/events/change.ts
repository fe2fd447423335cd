import type { EventFacts, EventReadModel } from '@box-office/contract';
import type { EventChange } from '@box-office/records';
import type { Logger } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import { operatorOf } from '../../context.js';
import { readJsonBody } from '../../middleware/json-body.js';
import type { EventDesk, ReadModels } from '../../ports.js';
import { problem } from '../../problems.js';
import type { Problem } from '../../problems.js';
import { pathParameter } from '../endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { eventId } from '../schemas.js';
import { changedFacts } from './facts.js';
import { etagHeader, etagOf, ifMatchHeader, readIfMatch } from './revision.js';
import { eventChangesBody, eventView } from './schema.js';
import { readModelsIfPossible, viewOfEvent } from './view.js';

/** Changes an event in both stores. Purchases that are open keep the price that they were quoted. */
export function changeEvent(deps: {
  desk: Pick<EventDesk, 'alter'>;
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
      description:
        'Changes what the body names and leaves the rest as it is, so that changes of different fields at the same time all ' +
        'stand. Who must not overwrite what another has changed since gives the `ETag` of what was seen as `If-Match`.',
      request: {
        params: z.object({ id: eventId }),
        headers: ifMatchHeader,
        body: { required: true, content: { 'application/json': { schema: eventChangesBody } } },
      },
      responses: {
        200: { description: 'Changed.', headers: etagHeader, content: { 'application/json': { schema: eventView } } },
      },
    },
    problems: [
      'unknown-event',
      'event-change-refused',
      'event-changed-meanwhile',
      'payload-too-large',
      'unsupported-media-type',
      'invalid-request',
      'unavailable',
    ],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const body = await readJsonBody(c, eventChangesBody);
      if (!body.ok) return answerProblem(c, body.problem);
      if (!eventId.safeParse(id).success) return answerProblem(c, problem('unknown-event'));
      const change = await deps.desk.alter({
        eventId: id,
        ifRevision: readIfMatch(c),
        wanted: (before) => changedFacts(before, body.value, Date.now()),
        actor: { by: operatorOf(c), requestId: c.get('requestId') },
      });
      if (change.kind !== 'changed') return answerProblem(c, problemOf(change));
      const [model] = await readModelsIfPossible(deps, [id]);
      return answer(c, 200, viewOfEvent(withCounts(change.facts, model)), etagOf(change.facts));
    },
  };
}

/** What this change made of the event, with what is left now; the read model may be of a later change already. */
function withCounts(facts: EventFacts, model: EventReadModel | null | undefined): EventFacts | EventReadModel {
  if (!model) return facts;
  if (model.revision === facts.revision) return model;
  const counts = new Map(model.ticketTypes.map((type) => [type.name, type]));
  const ticketTypes = facts.ticketTypes.map((type) => {
    const { available = type.total, held = 0, sold = 0 } = counts.get(type.name) ?? {};
    return { ...type, available, held, sold };
  });
  return { ...facts, ticketTypes, capacity: model.capacity };
}

function problemOf(change: Exclude<EventChange, { kind: 'changed' | 'inventory_unavailable' }>): Problem {
  switch (change.kind) {
    case 'unknown':
      return problem('unknown-event');
    case 'other_revision':
      return problem('event-changed-meanwhile', {}, etagOf(change));
    case 'faults':
      return problem('invalid-request', { errors: change.faults });
    case 'refused':
      return refusalOf(change);
  }
}

function refusalOf(change: Extract<EventChange, { kind: 'refused' }>): Problem {
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
