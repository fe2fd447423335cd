import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { json, uuidParameter, uuidParams, type Endpoint } from '../http/endpoint.js';
import { readQuery } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { page } from '../http/schemas.js';
import { attemptsView, endpointsView, endpointView } from './schema.js';

/** All endpoints. */
export function listWebhookEndpoints(deps: Pick<Database, 'listWebhookEndpoints'>): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/webhooks',
    access: 'operator',
    documentation: {
      tags: ['Webhooks'],
      summary: 'List endpoints',
      description: 'All of them, oldest first, without their secrets.',
      responses: { 200: json('The endpoints.', endpointsView) },
    },
    problems: ['unavailable'],
    handle: async (c) => answer(c, 200, { endpoints: await deps.listWebhookEndpoints() }),
  };
}

export function showWebhookEndpoint(deps: Pick<Database, 'findWebhookEndpoint'>): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/webhooks/{id}',
    access: 'operator',
    documentation: {
      tags: ['Webhooks'],
      summary: 'Show an endpoint',
      request: { params: uuidParams },
      responses: { 200: json('The endpoint.', endpointView) },
    },
    problems: ['unknown-webhook', 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      const found = id === null ? null : await deps.findWebhookEndpoint(id);
      return found ? answer(c, 200, found) : answerProblem(c, problem('unknown-webhook'));
    },
  };
}

const query = page.extend({
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'Not the `next` of a page.')
    .optional()
    .openapi({ description: 'The `next` of the page before.' }),
});

/** The log of attempts, which is kept for 30 days. */
export function listWebhookAttempts(deps: Pick<Database, 'findWebhookEndpoint' | 'listWebhookAttempts'>): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/webhooks/{id}/attempts',
    access: 'operator',
    documentation: {
      tags: ['Webhooks'],
      summary: 'List attempts of an endpoint',
      description: 'What was sent in the last 30 days and how it was answered, newest first.',
      request: { params: uuidParams, query },
      responses: { 200: json('A page of attempts.', attemptsView) },
    },
    problems: ['unknown-webhook', 'invalid-request', 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const known = id === null ? null : await deps.findWebhookEndpoint(id);
      if (!known) return answerProblem(c, problem('unknown-webhook'));
      return answer(c, 200, await deps.listWebhookAttempts({ endpointId: known.endpointId, ...asked.value }));
    },
  };
}
