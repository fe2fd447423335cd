import type { FoundTicket } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { findEventInPath } from '../event/find-event-in-path.js';
import { answer, answerProblem } from '../http/answer.js';
import { json, jsonContent, pathParameter, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { eventId, nextCursor, ticket } from '../http/schemas.js';
import { admissionView, ticketView } from '../ticket/view.js';
import { whyNotAdmitting } from './why-not-admitting.js';

const MIN_LETTERS = 2;
const MAX_TEXT_LENGTH = 100;
const MAX_TICKETS = 50;
const DEFAULT_TICKETS = 20;

const lettersIn = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

const body = z
  .strictObject({
    text: z
      .string()
      .max(MAX_TEXT_LENGTH, `It has more than ${MAX_TEXT_LENGTH} characters.`)
      .refine((text) => lettersIn(text) >= MIN_LETTERS, `Give at least ${MIN_LETTERS} letters or digits.`)
      .refine((text) => !/[^\P{Cc}\s]/u.test(text), 'It contains a control character.')
      .openapi({
        description:
          'Words, each the beginning of a word of the name, of a word before the `@`, or of the whole e-mail address. ' +
          'Case and accents do not matter.',
        example: 'ann lee',
      }),
    limit: z.int().min(1).max(MAX_TICKETS).default(DEFAULT_TICKETS),
    after: z.uuid().optional().openapi({ description: 'The `next` of the page before, with the same `text`.' }),
  })
  .openapi('TicketSearch');

const foundAdmission = admissionView
  .extend({ checkInId: z.uuid().openapi({ description: 'By which it can be undone.' }) })
  .openapi('FoundAdmission');

const foundTicket = ticket
  .extend({
    ...ticketView.pick({ version: true, status: true, transferred: true }).shape,
    admission: z.union([foundAdmission, z.null()]).openapi({ description: 'Null while it is not admitted.' }),
    name: z.string().openapi({ example: 'Ann Lee' }),
    nameOf: z.enum(['holder', 'buyer']).openapi({
      description: '`buyer`: the ticket was transferred, and who has it now has given no name.',
    }),
    email: z.string().openapi({ description: 'Its first letter and its domain.', example: 'a…@example.com' }),
  })
  .openapi('FoundTicket');

const view = z.object({ tickets: z.array(foundTicket), next: nextCursor }).openapi('FoundTickets');

/** Tells two people of the same name apart, and cannot be written to. */
const shortened = (email: string): string => email.replace(/^(.)[^@]*/u, '$1…');

function viewOfFound(found: FoundTicket): z.input<typeof foundTicket> {
  const { ticketId, ticketType, serial, version, status, holderId, admission, checkInId, name, nameOf, email } = found;
  return {
    ticketId,
    ticketType,
    serial,
    version,
    status,
    transferred: holderId !== null,
    admission: admission === null || checkInId === null ? null : { ...admission, checkInId },
    name,
    nameOf,
    email: shortened(email),
  };
}

/** Finds the tickets of a person who has no code that can be read. */
export function searchTickets(deps: Pick<Database, 'findEvent' | 'searchTickets'>): Endpoint {
  return {
    method: 'post',
    path: '/api/events/{id}/tickets/search',
    access: 'door',
    documentation: {
      tags: ['Doors'],
      summary: 'Search for tickets by name or e-mail address',
      description:
        'For people whose code cannot be read. Finds the tickets of those who have given a name and an address, by ' +
        'name; one that was transferred by its new holder. The text is in the body, so that no log has it.',
      request: { params: z.object({ id: eventId }), body: { required: true, content: jsonContent(body) } },
      responses: { 200: json('A page of tickets.', view) },
    },
    problems: [...BODY_PROBLEMS, 'forbidden', 'unknown-event', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const refusal = whyNotAdmitting(c, id);
      if (refusal !== null) return answerProblem(c, refusal);
      const given = await readJsonBody(c, body);
      if (!given.ok) return answerProblem(c, given.problem);
      if ((await findEventInPath(c, deps)) === null) return answerProblem(c, problem('unknown-event'));
      const { tickets, next } = await deps.searchTickets({ eventId: id, ...given.value });
      return answer(c, 200, { tickets: tickets.map(viewOfFound), next });
    },
  };
}
