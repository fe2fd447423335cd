import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { actorOf } from '../http/context.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody, readQuery } from '../http/middleware/json-body.js';
import { nextCursor, page, userId } from '../http/schemas.js';
import { contactView, erasureView, personBody } from './schema.js';

const request = { body: { required: true, content: jsonContent(personBody) } };
const query = page.extend({ after: userId.optional().openapi({ description: 'The `next` of the page before.' }) });
const exportView = z.object({ contacts: z.array(contactView), next: nextCursor }).openapi('ContactsOfPerson');

/** What is stored of a person. */
export function exportContacts(deps: Pick<Database, 'exportContacts'>): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/contacts/export',
    access: 'operator',
    documentation: {
      tags: ['Contact'],
      summary: 'Export the personal data of a person',
      description:
        'The contacts with an e-mail address, or of a buyer, page by page. Purchases and tickets of each `userId` are in the lists of ' +
        'purchases and of received tickets. The audit log has who exported whose data.',
      request: { ...request, query },
      responses: { 200: json('A page of contacts.', exportView) },
    },
    problems: [...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const person = await readJsonBody(c, personBody);
      if (!person.ok) return answerProblem(c, person.problem);
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      return answer(c, 200, await deps.exportContacts(person.value, asked.value, actorOf(c)));
    },
  };
}

/** Erases what is stored of a person. */
export function eraseContacts(deps: Pick<Database, 'eraseContacts'>): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/contacts/erase',
    access: 'operator',
    documentation: {
      tags: ['Contact'],
      summary: 'Erase the personal data of a person',
      description:
        'Permanently, up to a thousand contacts at once. Purchases, tickets and money stay and name the `userId`, which leads to no person any more. The audit ' +
        'log has who erased whose data, without the data.',
      request,
      responses: { 200: json('Nothing is stored of the person any more, if `more` is false.', erasureView) },
    },
    problems: [...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const person = await readJsonBody(c, personBody);
      if (!person.ok) return answerProblem(c, person.problem);
      return answer(c, 200, await deps.eraseContacts(person.value, actorOf(c)));
    },
  };
}
