import { withTimeout } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { readQuery } from '../http/middleware/json-body.js';
import type { InterventionClient } from './intervention-client.js';
import { problem } from '../http/problems.js';
import { stalledView } from './stalled-decision.js';
import type { Database } from '../database.js';
import { json, type Endpoint } from '../http/endpoint.js';
import { eventId, instant, nextCursor, page, userId } from '../http/schemas.js';

/** Deadline of PostgreSQL: Temporal may take the rest of the time. */
const RECORD_TIMEOUT_MS = 2_500;

const query = page.extend({
  after: z
    .string()
    .regex(/^[\w-]{1,1024}$/)
    .optional()
    .openapi({ description: 'The `next` of the page before.' }),
});

const waiting = z
  .object({
    workflowId: z.string().openapi({ example: 'purchase/0786e9be-ee41-50d7-986b-7c911c41e848' }),
    runId: z.uuid(),
    purchaseIds: z
      .array(z.uuid())
      .openapi({ description: "What is stuck: purchases, or a hold's id; empty for the cancellation of an event." }),
    eventIds: z.array(eventId),
    userIds: z.array(userId),
    since: instant.openapi({ description: 'Since when the step fails.' }),
    step: z.string().optional().openapi({ example: 'authorise' }),
    cause: z.string().optional().openapi({ description: "The step's last failure." }),
    cancellations: z
      .array(
        z.object({
          purchaseId: z.uuid(),
          cancellationId: z.uuid(),
          requestedBy: z.string(),
          byOperator: z.boolean(),
          requestedAt: instant,
        }),
      )
      .openapi({ description: 'Cancellations that were requested and wait until the purchase has its outcome.' }),
    details: z.string().openapi({ description: 'What happened so far, in markdown.' }),
  })
  .openapi('NeedsIntervention');

const view = z.object({ purchases: z.array(waiting), next: nextCursor }).openapi('NeedsAttention');

/** Purchases, cancellations and holds with a step that needs an operator. */
export function listAttention(
  deps: Pick<Database, 'listStalledWork' | 'listWaitingCancellations'> & {
    readonly interventions: Pick<InterventionClient, 'list'>;
  },
): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/attention',
    access: 'operator',
    // Each call to Temporal has a deadline of its own; while no worker runs, the calls for the details time out.
    timeoutMs: 10_000,
    documentation: {
      tags: ['Operators'],
      summary: 'List what needs an operator',
      description:
        'Open workflows marked `needs_attention`: one of their steps has failed for some seconds. It is retried meanwhile, and ' +
        'most succeed without a decision. A page may be shorter than `limit` if a workflow continued at this moment. The first ' +
        'page begins with purchases and cancellations that are stalled although their workflow is open (`step` is `workflow`).',
      request: { query },
      responses: { 200: json('A page of them.', view) },
    },
    problems: ['invalid-request', 'unavailable'],
    async handle(c) {
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const { limit, after } = asked.value;
      const found = await deps.interventions.list({ limit, ...(after !== undefined && { after }) });
      if (found.kind === 'unknown_cursor') {
        const errors = [{ path: 'after', message: 'This is not the `next` of a page.' }];
        return answerProblem(c, problem('invalid-request', { errors }));
      }
      // With the first page, whatever its limit: there should be none, and no operator may miss them.
      const stalled = after === undefined ? await withTimeout(deps.listStalledWork({ limit }), RECORD_TIMEOUT_MS) : [];
      const entries = [...stalled.map(stalledView), ...found.purchases];
      const purchaseIds = entries.flatMap((entry) => entry.purchaseIds);
      const waitingFor = await withTimeout(deps.listWaitingCancellations(purchaseIds), RECORD_TIMEOUT_MS);
      const purchases = entries.map((entry) => ({
        ...entry,
        cancellations: waitingFor.filter(({ purchaseId }) => entry.purchaseIds.includes(purchaseId)),
      }));
      return answer(c, 200, { purchases, next: found.next });
    },
  };
}
