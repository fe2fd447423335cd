import { answer, answerProblem } from '../http/answer.js';
import { actorOf } from '../http/context.js';
import { BODY_PROBLEMS, readOptionalJsonBody } from '../http/middleware/json-body.js';
import type { AuditWorkflows } from './audit-workflows.js';
import type { Database } from '../database.js';
import { problem, unavailable } from '../http/problems.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { rebuildUrl, rebuildView, scopeBody } from './schema.js';

const RETRY_S = 1;

/** Rebuilds everything that is derived from PostgreSQL: of one event, or of all. */
export function rebuild(
  deps: Pick<Database, 'findEvent' | 'recordOperatorAct'> & { readonly audit: Pick<AuditWorkflows, 'rebuild'> },
): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/rebuild',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Rebuild derived data',
      description:
        'Rebuilds the inventory and the read models in Redis from PostgreSQL and the capacity from the ledger, then compares ' +
        'all stores. Purchases continue meanwhile. A request joins a rebuild in progress.',
      request: { body: { required: false, content: jsonContent(scopeBody) } },
      responses: { 202: json('The rebuild runs. `Location` shows its progress.', rebuildView) },
    },
    problems: ['unknown-event', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const body = await readOptionalJsonBody(c, scopeBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const { eventId = null } = body.value;
      if (eventId !== null && (await deps.findEvent(eventId)) === null) {
        return answerProblem(c, problem('unknown-event'));
      }
      const actor = actorOf(c);
      const act = { ...actor, action: 'rebuild', reason: null, eventId };
      await deps.recordOperatorAct({ ...act, before: null, after: { scope: eventId ?? 'all' } });
      const started = await deps.audit.rebuild({ requestedBy: actor.by.name, eventId });
      if (started.kind === 'unavailable') {
        return answerProblem(
          c,
          unavailable('No rebuild can be started at the moment. Nothing was changed. Repeat the request.'),
        );
      }
      const headers = { Location: rebuildUrl(eventId), 'Retry-After': String(RETRY_S) };
      return answer(c, 202, { eventId, status: 'running' }, headers);
    },
  };
}
