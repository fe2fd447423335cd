import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import type { Database } from '../database.js';
import { problem } from '../http/problems.js';
import { json, pathParameter } from '../http/endpoint.js';
import type { Endpoint } from '../http/endpoint.js';
import { reconciliationRunView, viewOfReconciliationRun } from './schema.js';

const ID = z.uuid();
const RETRY_S = 1;

/** The state of a reconciliation run and its result. */
export function showReconciliationRun(deps: Pick<Database, 'findReconciliationRun'>): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/reconciliation/{id}',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Show a reconciliation run',
      request: { params: z.object({ id: ID }) },
      responses: {
        200: json(
          'The reconciliation run. While it is in progress, `Retry-After` says when to ask again.',
          reconciliationRunView,
        ),
      },
    },
    problems: ['unknown-reconciliation-run', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id').toLowerCase();
      const run = ID.safeParse(id).success ? await deps.findReconciliationRun(id) : null;
      if (run === null) return answerProblem(c, problem('unknown-reconciliation-run'));
      return answer(
        c,
        200,
        viewOfReconciliationRun(id, run),
        run.finishedAt === null ? { 'Retry-After': String(RETRY_S) } : {},
      );
    },
  };
}
