import { eventCreationIdOf, fingerprintOf } from '@box-office/contract/derive';
import type { EventActor, NewEvent } from '@box-office/database';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, actorOf } from '../http/context.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import type { EventAdmin } from './event-admin.js';
import { problem } from '../http/problems.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { optionalKeyHeader, readOptionalIdempotencyKey, REPLAYED } from '../idempotency/idempotency-key.js';
import { faultsOfNew, newEventOf } from './event-details.js';
import { etagHeader, etagOf } from './revision.js';
import { eventView, newEventBody } from './schema.js';
import { viewOfEvent } from './view.js';

const keyHeader = optionalKeyHeader(
  'Any text of your own, new for each event: a repeat with it creates no other event.',
);

/** Creates an event. 201 means that its tickets can be sold: the event is in PostgreSQL and its inventory in Redis. */
export function createEvent(deps: { events: Pick<EventAdmin, 'open' | 'openOnce'> }): Endpoint {
  /** Under a key, a creation that was possible once keeps its answer. */
  async function create(event: NewEvent, creationId: string | undefined, actor: EventActor) {
    const faults = faultsOfNew(event, Date.now());
    const mayCreate = faults.length === 0;
    if (creationId !== undefined) {
      const request = { creationId, fingerprint: fingerprintOf([event]), mayCreate };
      const creation = await deps.events.openOnce(event, request, actor);
      if (creation !== null) return creation;
    }
    if (!mayCreate) return { kind: 'faults', faults } as const;
    return { kind: 'created', details: await deps.events.open(event, actor) } as const;
  }

  return {
    method: 'post',
    path: '/api/events',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Create an event',
      description:
        'With an `Idempotency-Key` it can be repeated: one event is created, and the answer is that of its creation, with ' +
        '`Idempotent-Replayed: true`, whatever was changed since.',
      request: {
        headers: keyHeader,
        body: { required: true, content: jsonContent(newEventBody) },
      },
      responses: { 201: json('Created, and ready to be sold. `Location` leads to it.', eventView, etagHeader) },
    },
    problems: ['invalid-idempotency-key', ...BODY_PROBLEMS, 'idempotency-key-reused', 'unavailable'],
    async handle(c) {
      const key = readOptionalIdempotencyKey(c);
      if (key?.ok === false) return answerProblem(c, key.problem);
      const body = await readJsonBody(c, newEventBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const wanted = newEventOf(body.value);
      if (wanted.kind === 'faults') return answerProblem(c, problem('invalid-request', { errors: wanted.faults }));
      const creationId = key && eventCreationIdOf(callerOf(c).subject, key.value);
      const creation = await create(wanted.event, creationId, actorOf(c));
      if (creation.kind === 'faults') return answerProblem(c, problem('invalid-request', { errors: creation.faults }));
      if (creation.kind === 'other_request') {
        const detail = 'This key belongs to another event. Use a new key for a new event.';
        return answerProblem(c, problem('idempotency-key-reused', { detail }));
      }
      const { details: event } = creation;
      const fresh = {
        ...event,
        capacity: event.ticketTypes.reduce((sum, { total }) => sum + total, 0),
        ticketTypes: event.ticketTypes.map((type) => ({ ...type, available: type.total, held: 0, sold: 0 })),
      };
      const replayed = creation.kind === 'known' && REPLAYED;
      return answer(c, 201, viewOfEvent(fresh), { Location: `/api/events/${event.id}`, ...etagOf(event), ...replayed });
    },
  };
}
