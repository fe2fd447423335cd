import { setTimeout as sleep } from 'node:timers/promises';
import type { ReconciliationRequest } from '@box-office/contract';
import type { ReconciliationRun } from '@box-office/database';
import { answer, answerProblem } from '../http/answer.js';
import { actorOf } from '../http/context.js';
import { BODY_PROBLEMS, readOptionalJsonBody } from '../http/middleware/json-body.js';
import type { AuditWorkflows } from './audit-workflows.js';
import type { Database } from '../database.js';
import { problem, unavailable } from '../http/problems.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { scopeBody, reconciliationRunUrl, reconciliationRunView, viewOfReconciliationRun } from './schema.js';

/** The answer says that the run has begun, if it begins within this time. */
const MAX_CHECKS = 15;
const CHECK_GAP_MS = 100;
const RETRY_S = 1;

type Deps = Pick<Database, 'findEvent' | 'findReconciliationRun' | 'recordOperatorAct' | 'requestReconciliationRun'> & {
  readonly audit: Pick<AuditWorkflows, 'reconcile'>;
};

/** Starts a reconciliation run: of one event, or of all. */
export function reconcile(deps: Deps): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/reconciliation',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Start a reconciliation run',
      description:
        'Compares PostgreSQL, Redis, the messages, the workflows and the payment provider, repairs what is safe to repair ' +
        'and hands the rest over to operators. A schedule does so every minute with what changed; this request checks everything ' +
        'in its scope. It joins a reconciliation run in progress.',
      request: { body: { required: false, content: jsonContent(scopeBody) } },
      responses: {
        202: json(
          'It is in progress. `Location` leads to the reconciliation run; its findings have its id.',
          reconciliationRunView,
        ),
      },
    },
    problems: ['unknown-event', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const body = await readOptionalJsonBody(c, scopeBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const { eventId } = body.value;
      if (eventId !== undefined && (await deps.findEvent(eventId)) === null) {
        return answerProblem(c, problem('unknown-event'));
      }
      const actor = actorOf(c);
      const act = { ...actor, action: 'reconcile', reason: null, eventId: eventId ?? null };
      await deps.recordOperatorAct({ ...act, before: null, after: { scope: eventId ?? 'all' } });
      let run = await begin(deps, { requestedBy: actor.by.name, scope: eventId === undefined ? 'all' : { eventId } });
      if (run === null)
        return answerProblem(
          c,
          unavailable(
            'The reconciliation run may not have been started. Repeat the request: it joins a run in progress.',
          ),
        );
      const { reconciliationId } = run;
      for (let checks = 1; !run.isBegun && checks < MAX_CHECKS; checks++) {
        await sleep(CHECK_GAP_MS);
        run = (await deps.findReconciliationRun(reconciliationId)) ?? run;
      }
      const headers = { Location: reconciliationRunUrl(reconciliationId), 'Retry-After': String(RETRY_S) };
      return answer(c, 202, viewOfReconciliationRun(run, true), headers);
    },
  };
}

/** Starts a reconciliation run, or joins the one in progress, and records it. Null if Temporal is unavailable. */
async function begin(deps: Deps, request: ReconciliationRequest): Promise<ReconciliationRun | null> {
  for (let tries = 1; tries <= MAX_CHECKS; tries++) {
    const started = await deps.audit.reconcile(request);
    if (started.kind === 'unavailable') return null;
    const { workflowId, firstRunId: reconciliationId } = started;
    await deps.requestReconciliationRun({ ...request, reconciliationId, workflowId });
    const run = await deps.findReconciliationRun(reconciliationId);
    // A run that is joined between its last step and its end misses later changes: the next run finds them.
    if (run?.finishedAt === null) return run;
    await sleep(CHECK_GAP_MS);
  }
  return null;
}
