import type { EventDetails, EventReadModel } from '@box-office/contract';
import type { EventChange } from '@box-office/database';
import type { Logger } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { actorOf } from '../http/context.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import type { ReadModels } from '../availability/read-models.js';
import type { EventAdmin } from './event-admin.js';
import { problem, type Problem } from '../http/problems.js';
import { json, jsonContent, pathParameter, type Endpoint } from '../http/endpoint.js';
import { eventId } from '../http/schemas.js';
import { changedDetails } from './event-details.js';
import { etagHeader, etagOf, ifMatchHeader, readIfMatch } from './revision.js';
import { eventChangesBody, eventView } from './schema.js';
import { readModelsOrNull, viewOfEvent } from './view.js';

/** Changes an event in both stores. Purchases that are open keep the price that they were quoted. */
export function changeEvent(deps: {
  events: Pick<EventAdmin, 'alter'>;
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
        'Changes the fields that the body names; concurrent changes of different fields all take effect. To avoid overwriting ' +
        'a later change, send the `ETag` of the event that you read as `If-Match`.',
      request: {
        params: z.object({ id: eventId }),
        headers: ifMatchHeader,
        body: { required: true, content: jsonContent(eventChangesBody) },
      },
      responses: { 200: json('Changed.', eventView, etagHeader) },
    },
    problems: ['unknown-event', 'event-change-refused', 'event-changed-meanwhile', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const body = await readJsonBody(c, eventChangesBody);
      if (!body.ok) return answerProblem(c, body.problem);
      if (!eventId.safeParse(id).success) return answerProblem(c, problem('unknown-event'));
      const change = await deps.events.alter({
        eventId: id,
        ifRevision: readIfMatch(c),
        wanted: (before) => changedDetails(before, body.value, Date.now()),
        actor: actorOf(c),
      });
      if (change.kind !== 'changed') return answerProblem(c, problemOf(change));
      const [model] = await readModelsOrNull(deps, [id]);
      return answer(c, 200, viewOfEvent(withCounts(change.details, model)), etagOf(change.details));
    },
  };
}

/** The event after this change, with the tickets that are left now; the read model may be of a later change. */
function withCounts(event: EventDetails, model: EventReadModel | null | undefined): EventDetails | EventReadModel {
  if (!model) return event;
  if (model.revision === event.revision) return model;
  const counts = new Map(model.ticketTypes.map((type) => [type.name, type]));
  const ticketTypes = event.ticketTypes.map((type) => {
    const { available = type.total, held = 0, sold = 0 } = counts.get(type.name) ?? {};
    return { ...type, available, held, sold };
  });
  return { ...event, ticketTypes, capacity: model.capacity };
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
    return problem('event-change-refused', {
      detail: 'The event is cancelled. A cancelled event cannot be changed back.',
    });
  }
  const { ticketType } = change;
  if (change.reason === 'type_missing') {
    const detail = `The ticket type "${ticketType}" cannot be removed. Name it as well, with the lowest total that is possible.`;
    return problem('event-change-refused', { detail, ticketType });
  }
  const { lowestPossible } = change;
  const detail = `The total of "${ticketType}" cannot be below ${lowestPossible}, the highest serial number held or sold.`;
  return problem('event-change-refused', { detail, ticketType, lowestPossible });
}
