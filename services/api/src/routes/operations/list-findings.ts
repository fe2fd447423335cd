import { FINDING_KINDS, FINDING_STATUSES } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import { readQuery } from '../../middleware/json-body.js';
import type { OperationReads } from '../../ports.js';
import type { Endpoint } from '../endpoint.js';
import { eventId, page } from '../schemas.js';
import { findingsView } from './schema.js';

const query = page.extend({
  eventId: eventId.optional(),
  purchaseId: z.uuid().optional(),
  sweepId: z.uuid().optional().openapi({ description: 'The sweep that saw them first.' }),
  status: z.enum(FINDING_STATUSES).optional(),
  kind: z.enum(FINDING_KINDS).optional(),
  after: z.uuid().optional().openapi({ description: 'The `next` of the page before.' }),
});

/** What comparisons of the stores have found, and what became of it. */
export function listFindings(deps: Pick<OperationReads, 'listFindings'>): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/findings',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'List findings',
      description: 'Differences between the stores that two looks have shown. Those `handed_over` wait for a person.',
      request: { query },
      responses: {
        200: {
          description: 'A page of findings, newest first.',
          content: { 'application/json': { schema: findingsView } },
        },
      },
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
