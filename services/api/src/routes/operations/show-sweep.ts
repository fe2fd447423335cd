import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import type { OperationReads } from '../../ports.js';
import { problem } from '../../problems.js';
import { pathParameter } from '../endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { sweepView, viewOfSweep } from './schema.js';

const ID = z.uuid();
const RETRY_S = 1;

/** How far a comparison of the stores is, and what came of it. */
export function showSweep(deps: Pick<OperationReads, 'findSweep'>): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/reconciliation/{id}',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Show a comparison of the stores',
      request: { params: z.object({ id: ID }) },
      responses: {
        200: {
          description: 'The sweep as it stands. While it goes on, `Retry-After` says when to ask again.',
          content: { 'application/json': { schema: sweepView } },
        },
      },
    },
    problems: ['unknown-sweep', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id').toLowerCase();
      const sweep = ID.safeParse(id).success ? await deps.findSweep(id) : null;
      if (sweep === null) return answerProblem(c, problem('unknown-sweep'));
      return answer(
        c,
        200,
        viewOfSweep(id, sweep),
        sweep.finishedAt === null ? { 'Retry-After': String(RETRY_S) } : {},
      );
    },
  };
}
