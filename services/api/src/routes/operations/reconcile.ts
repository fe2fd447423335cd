import { setTimeout as sleep } from 'node:timers/promises';
import type { ReconciliationRequest } from '@box-office/contract';
import type { Sweep } from '@box-office/records';
import { answer, answerProblem } from '../../answers.js';
import { operatorOf } from '../../context.js';
import { readOptionalJsonBody } from '../../middleware/json-body.js';
import type { AuditWorkflows } from '../../operations/audit-workflows.js';
import type { EventReads, OperationReads, OperatorRecords } from '../../ports.js';
import { problem, unavailable } from '../../problems.js';
import type { Endpoint } from '../endpoint.js';
import { scopeBody, sweepUrl, sweepView, viewOfSweep } from './schema.js';

/** The answer tells that it has begun, if it does in a moment. */
const MOST_LOOKS = 15;
const LOOK_GAP_MS = 100;
const RETRY_S = 1;

type Deps = Pick<EventReads, 'findEvent'> &
  Pick<OperationReads, 'findSweep'> &
  Pick<OperatorRecords, 'recordOperatorAct'> & { readonly audit: Pick<AuditWorkflows, 'reconcile'> };

/** Has the stores compared now: all of one event, or all of every event. */
export function reconcile(deps: Deps): Endpoint {
  return {
    method: 'post',
    path: '/api/operations/reconciliation',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Compare the stores now',
      description:
        'Compares PostgreSQL, Redis, the messages, the workflows and the payment provider, repairs what is safe to repair ' +
        'and hands the rest over. It does so by itself every minute with what changed; this looks at everything in its ' +
        'scope. One that is under way is joined.',
      request: { body: { required: false, content: { 'application/json': { schema: scopeBody } } } },
      responses: {
        202: {
          description: 'It goes on. `Location` leads to the sweep, whose id its findings bear.',
          content: { 'application/json': { schema: sweepView } },
        },
      },
    },
    problems: ['unknown-event', 'payload-too-large', 'unsupported-media-type', 'invalid-request', 'unavailable'],
    async handle(c) {
      const body = await readOptionalJsonBody(c, scopeBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const { eventId } = body.value;
      if (eventId !== undefined && (await deps.findEvent(eventId)) === null) {
        return answerProblem(c, problem('unknown-event'));
      }
      const by = operatorOf(c);
      const act = { by, action: 'reconcile', reason: null, eventId: eventId ?? null, requestId: c.get('requestId') };
      await deps.recordOperatorAct({ ...act, before: null, after: { scope: eventId ?? 'all' } });
      const begun = await begin(deps, {
        requestedBy: by.name,
        scope: eventId === undefined ? 'all' : { eventId },
      });
      if (!begun) return answerProblem(c, unavailable('No comparison can be started at the moment.'));
      const { sweepId } = begun;
      let { sweep } = begun;
      for (let looks = 1; sweep === null && looks < MOST_LOOKS; looks++) {
        await sleep(LOOK_GAP_MS);
        sweep = await deps.findSweep(sweepId);
      }
      const headers = { Location: sweepUrl(sweepId), 'Retry-After': String(RETRY_S) };
      return answer(c, 202, viewOfSweep(sweepId, sweep), headers);
    },
  };
}

/** Starts a sweep, or joins the one that is under way. Null if that cannot be done at the moment. */
async function begin(
  { audit, findSweep }: Pick<Deps, 'audit' | 'findSweep'>,
  request: ReconciliationRequest,
): Promise<{ readonly sweepId: string; readonly sweep: Sweep | null } | null> {
  for (let tries = 1; tries <= MOST_LOOKS; tries++) {
    const started = await audit.reconcile(request);
    if (started.kind === 'unavailable') return null;
    const sweep = await findSweep(started.runId);
    // Joined between its last step and its end, it has seen nothing of what happened since: the next one is to see it.
    if (!sweep?.finishedAt) return { sweepId: started.runId, sweep };
    await sleep(LOOK_GAP_MS);
  }
  return null;
}
