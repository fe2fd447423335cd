import { answer, answerProblem } from '../../answers.js';
import { operatorOf } from '../../context.js';
import { readOptionalJsonBody } from '../../middleware/json-body.js';
import type { AuditWorkflows } from '../../operations/audit-workflows.js';
import type { EventReads, OperatorRecords } from '../../ports.js';
import { problem, unavailable } from '../../problems.js';
import type { Endpoint } from '../endpoint.js';
import { rebuildUrl, rebuildView, scopeBody } from './schema.js';

const RETRY_S = 1;

/** Has everything rebuilt that is derived from the record: of one event, or of all. */
export function rebuild(
  deps: Pick<EventReads, 'findEvent'> &
    Pick<OperatorRecords, 'recordOperatorAct'> & { readonly audit: Pick<AuditWorkflows, 'rebuild'> },
): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/rebuild',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Rebuild what is derived',
      description:
        'Builds the inventory and the read models in Redis anew from PostgreSQL, the capacity from the ledger, and compares ' +
        'everything afterwards. Purchases go on meanwhile. One that is under way is joined.',
      request: { body: { required: false, content: { 'application/json': { schema: scopeBody } } } },
      responses: {
        202: {
          description: 'It goes on. `Location` leads to how far it is.',
          content: { 'application/json': { schema: rebuildView } },
        },
      },
    },
    problems: ['unknown-event', 'payload-too-large', 'unsupported-media-type', 'invalid-request', 'unavailable'],
    async handle(c) {
      const body = await readOptionalJsonBody(c, scopeBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const { eventId = null } = body.value;
      if (eventId !== null && (await deps.findEvent(eventId)) === null) {
        return answerProblem(c, problem('unknown-event'));
      }
      const by = operatorOf(c);
      const act = { by, action: 'rebuild', reason: null, eventId, requestId: c.get('requestId') };
      await deps.recordOperatorAct({ ...act, before: null, after: { scope: eventId ?? 'all' } });
      const started = await deps.audit.rebuild({ requestedBy: by.name, eventId });
      if (started.kind === 'unavailable') {
        return answerProblem(c, unavailable('No rebuild can be started at the moment.'));
      }
      const headers = { Location: rebuildUrl(eventId), 'Retry-After': String(RETRY_S) };
      return answer(c, 202, { eventId, status: 'running' }, headers);
    },
  };
}
