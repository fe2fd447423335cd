import { FINDING_KINDS, FINDING_STATUSES } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { readQuery } from '../http/middleware/json-body.js';
import type { Database } from '../database.js';
import { json, type Endpoint } from '../http/endpoint.js';
import { eventId, pageById } from '../http/schemas.js';
import { findingsView } from './schema.js';

const query = pageById.extend({
  eventId: eventId.optional(),
  purchaseId: z.uuid().optional(),
  reconciliationId: z.uuid().optional().openapi({ description: 'The reconciliation run that found them first.' }),
  status: z.enum(FINDING_STATUSES).optional(),
  kind: z.enum(FINDING_KINDS).optional(),
});

/** The findings of reconciliation runs, and what was done about them. */
export function listFindings(deps: Pick<Database, 'listFindings'>): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/findings',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'List findings',
      description:
        'Differences between the stores that two checks have confirmed. Those that are `handed_over` need an operator.',
      request: { query },
      responses: { 200: json('A page of findings, newest first.', findingsView) },
    },
    problems: ['invalid-request', 'unavailable'],
    async handle(c) {
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const { limit, ...rest } = asked.value;
      const filter = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      return answer(c, 200, await deps.listFindings({ limit, ...filter }));
    },
  };
}
