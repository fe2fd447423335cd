import { HOLD_STATUSES } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import { callerOf } from '../../context.js';
import { readQuery } from '../../middleware/json-body.js';
import type { HoldReads } from '../../ports.js';
import type { Endpoint } from '../endpoint.js';
import { filterFor, listQuery } from '../list-query.js';
import { nextCursor } from '../schemas.js';
import { holdView } from './schema.js';
import { viewOfHold } from './view.js';

const query = listQuery(HOLD_STATUSES);

const holdList = z.object({ holds: z.array(holdView), next: nextCursor }).openapi('HoldList');

/** Holds, newest first: a buyer's own, or for operators those of a buyer, of an event, or of both. */
export function listHolds(deps: Pick<HoldReads, 'listHolds'>): Endpoint {
  return {
    method: 'get',
    path: '/api/tickets/holds',
    access: 'buyer',
    documentation: {
      tags: ['Holds'],
      summary: 'List holds',
      description: 'Newest first, as PostgreSQL has them.',
      request: { query },
      responses: {
        200: { description: 'A page of holds.', content: { 'application/json': { schema: holdList } } },
      },
    },
    problems: ['forbidden', 'invalid-request', 'unavailable'],
    async handle(c) {
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const allowed = filterFor(callerOf(c), asked.value);
      if (!allowed.ok) return answerProblem(c, allowed.problem);
      const { holds, next } = await deps.listHolds(allowed.filter);
      return answer(c, 200, { holds: holds.map(viewOfHold), next });
    },
  };
}
