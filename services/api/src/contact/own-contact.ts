import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { actorOf, callerOf } from '../http/context.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { contactBody, contactView, erasureView } from './schema.js';

/** The contact of the token's own subject. */
export function showContact(deps: Pick<Database, 'findContact'>): Endpoint {
  return {
    method: 'get',
    path: '/api/contact',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'Show your name and e-mail address',
      responses: { 200: json('What you have given.', contactView) },
    },
    problems: ['unknown-contact', 'unavailable'],
    async handle(c) {
      const contact = await deps.findContact(callerOf(c).subject);
      return contact === null ? answerProblem(c, problem('unknown-contact')) : answer(c, 200, contact);
    },
  };
}

/** Sets the contact of the token's own subject. Other subjects with the same address are not affected. */
export function putContact(deps: Pick<Database, 'putContact'>): Endpoint {
  return {
    method: 'put',
    path: '/api/contact',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'Give your name and e-mail address',
      description:
        'Tickets that you buy from then on are sent to this address. It replaces what you gave before. It is stored once, and ' +
        'passed on to no webhook, message or log.',
      request: { body: { required: true, content: jsonContent(contactBody) } },
      responses: { 200: json('What you have given.', contactView) },
    },
    problems: [...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const given = await readJsonBody(c, contactBody);
      if (!given.ok) return answerProblem(c, given.problem);
      return answer(c, 200, await deps.putContact({ userId: callerOf(c).subject, ...given.value }));
    },
  };
}

/** Erases the contact of the token's own subject, who is the actor in the audit log. */
export function deleteContact(deps: Pick<Database, 'eraseContacts'>): Endpoint {
  return {
    method: 'delete',
    path: '/api/contact',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'Erase your name and e-mail address',
      description:
        'Permanently. Your purchases and tickets stay. No mail is sent to you until you give an address again.',
      responses: { 200: json('Nothing is stored of you any more.', erasureView) },
    },
    problems: ['unavailable'],
    async handle(c) {
      return answer(c, 200, await deps.eraseContacts({ userId: callerOf(c).subject }, actorOf(c)));
    },
  };
}
