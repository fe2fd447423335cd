import { isDoorListCursor } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { json, pathParameter, type Endpoint } from '../http/endpoint.js';
import { readQuery } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { eventId, instant, nextCursor } from '../http/schemas.js';
import { ticketKeySet } from '../ticket/show-ticket-keys.js';
import { keySetOf, type TicketKey } from '@box-office/tickets/codes';
import { admissionView } from '../ticket/view.js';
import { whyNotAdmitting } from './why-not-admitting.js';

const MAX_ENTRIES = 2_000;

const query = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_ENTRIES).default(MAX_ENTRIES),
  since: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional()
    .openapi({ description: 'The `position` of an earlier read: only what has changed since.' }),
  after: z
    .string()
    .refine(isDoorListCursor, 'Not the `next` of a page.')
    .optional()
    .openapi({ description: 'The `next` of the page before, with the same `since`.' }),
});

const view = z
  .object({
    eventId,
    asOf: instant.openapi({ description: 'Everything before is in the list.' }),
    opensAt: instant.openapi({ description: 'From when to when the doors admit.' }),
    closesAt: instant,
    cancelled: z.boolean().openapi({ description: 'The event is cancelled: admit with no ticket.' }),
    keys: ticketKeySet.shape.keys,
    whole: z.boolean().openapi({
      description:
        'All entries from the beginning: replace what you have. Else add to it; an entry replaces an older one.',
    }),
    entries: z.array(
      z.object({
        ticketId: z.uuid(),
        minVersion: z.int().min(1).openapi({ description: 'Codes of a lower version are outdated.' }),
        cancelled: z.boolean().openapi({ description: 'No code of the ticket is good any more.' }),
        admission: z.union([admissionView, z.null()]),
      }),
    ),
    position: z.string().openapi({ description: 'Give it as `since` once you have read the last page.' }),
    next: nextCursor,
  })
  .openapi('DoorList');

interface Deps extends Pick<Database, 'readDoorList'> {
  readonly ticketKeys: readonly TicketKey[];
  readonly entryOpensBeforeS: number;
}

/** What a door keeps so that it can admit without a connection. */
export function showDoorList(deps: Deps): Endpoint {
  const { keys } = keySetOf(deps.ticketKeys);
  return {
    method: 'get',
    path: '/api/events/{id}/door-list',
    access: 'door',
    documentation: {
      tags: ['Doors'],
      summary: 'Show what a door needs without a connection',
      description:
        'The public keys, and the tickets that were admitted or cancelled or have a newer code; every other ticket with ' +
        'a signed code of the event is good. No names. `since` reads only what has changed.',
      request: { params: z.object({ id: eventId }), query },
      responses: { 200: json('A page of the list.', view) },
    },
    problems: ['forbidden', 'unknown-event', 'invalid-request', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const refusal = whyNotAdmitting(c, id);
      if (refusal !== null) return answerProblem(c, refusal);
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const { limit, since = null, after = null } = asked.value;
      const wanted = { eventId: id, since, after, limit, opensBeforeS: deps.entryOpensBeforeS };
      const list = eventId.safeParse(id).success ? await deps.readDoorList(wanted) : null;
      if (list === null) return answerProblem(c, problem('unknown-event'));
      const entries = list.entries.map(({ admittedAt, gate, ...entry }) => ({
        ...entry,
        admission: admittedAt === null || gate === null ? null : { admittedAt, gate },
      }));
      return answer(c, 200, { eventId: id, keys, ...list, entries });
    },
  };
}
