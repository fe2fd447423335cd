import { answer, answerProblem } from '../http/answer.js';
import type { AuditWorkflows } from './audit-workflows.js';
import type { Database } from '../database.js';
import { problem } from '../http/problems.js';
import { json, uuidParameter, uuidParams, type Endpoint } from '../http/endpoint.js';
import { reconciliationRunView, viewOfReconciliationRun } from './schema.js';

const RETRY_S = 1;

type Deps = Pick<Database, 'findReconciliationRun'> & {
  readonly audit: Pick<AuditWorkflows, 'isReconciliationOpen'>;
};

/** The state of a reconciliation run and its result. */
export function showReconciliationRun(deps: Deps): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/reconciliation/{id}',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Show a reconciliation run',
      request: { params: uuidParams },
      responses: {
        200: json(
          'The reconciliation run. While it is in progress, `Retry-After` says when to ask again.',
          reconciliationRunView,
        ),
      },
    },
    problems: ['unknown-reconciliation-run', 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      let run = id === null ? null : await deps.findReconciliationRun(id);
      if (id === null || run === null) return answerProblem(c, problem('unknown-reconciliation-run'));
      const isOpen = run.finishedAt === null && (await deps.audit.isReconciliationOpen(run));
      // It may have finished since its row was read.
      if (run.finishedAt === null && !isOpen) run = (await deps.findReconciliationRun(id)) ?? run;
      const headers = isOpen ? { 'Retry-After': String(RETRY_S) } : {};
      return answer(c, 200, viewOfReconciliationRun(run, isOpen), headers);
    },
  };
}
