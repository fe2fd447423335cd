import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import type { AuditWorkflows } from './audit-workflows.js';
import { problem } from '../http/problems.js';
import { json, pathParameter, type Endpoint } from '../http/endpoint.js';
import { eventId } from '../http/schemas.js';
import { rebuildView } from './schema.js';

const RETRY_S = 1;

/** The state of the last rebuild of an event, or of `all`. */
export function showRebuild(deps: { readonly audit: Pick<AuditWorkflows, 'rebuildState'> }): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/rebuild/{id}',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Show a rebuild',
      request: { params: z.object({ id: eventId.openapi({ description: 'An event, or `all`.' }) }) },
      responses: { 200: json('The last rebuild. While it runs, `Retry-After` says when to ask again.', rebuildView) },
    },
    problems: ['unknown-rebuild', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const requestedId = id === 'all' ? null : id;
      const state = eventId.safeParse(id).success ? await deps.audit.rebuildState(requestedId) : null;
      if (state === null) return answerProblem(c, problem('unknown-rebuild'));
      const headers = state.status === 'running' ? { 'Retry-After': String(RETRY_S) } : {};
      return answer(c, 200, { eventId: requestedId, ...state }, headers);
    },
  };
}
