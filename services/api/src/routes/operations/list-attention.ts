import { withTimeout } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import { readQuery } from '../../middleware/json-body.js';
import type { AttentionDesk } from '../../operations/attention-desk.js';
import { problem } from '../../problems.js';
import { stalledView } from '../../operations/stalled-decision.js';
import type { OperationReads, StalledReads } from '../../ports.js';
import type { Endpoint } from '../endpoint.js';
import { eventId, instant, nextCursor, page, userId } from '../schemas.js';

/** What PostgreSQL has no answer for by then is not waited for: Temporal may take the rest of the time. */
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
      .openapi({ description: "What is stuck: purchases, or a hold's id; empty where a whole event is concerned." }),
    eventIds: z.array(eventId),
    userIds: z.array(userId),
    since: instant.openapi({ description: 'Since when the step does not get through.' }),
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
      .openapi({ description: 'Cancellations that were asked for and wait until the purchase has its outcome.' }),
    details: z.string().openapi({ description: 'What happened so far, in markdown.' }),
  })
  .openapi('WaitingForPerson');

const view = z.object({ purchases: z.array(waiting), next: nextCursor }).openapi('NeedsAttention');

/** What does not get through by itself: purchases, cancellations and holds of which a step waits for a person. */
export function listAttention(
  deps: Pick<StalledReads, 'listStalledWork'> &
    Pick<OperationReads, 'listWaitingCancellations'> & { readonly attention: Pick<AttentionDesk, 'list'> },
): Endpoint {
  return {
    method: 'get',
    path: '/api/operations/attention',
    access: 'operator',
    // Each call to Temporal has a limit of its own; while no worker runs the details are waited for in vain.
    answerWithinMs: 10_000,
    documentation: {
      tags: ['Operators'],
      summary: 'List what waits for a person',
      description:
        'Open workflows marked `needs_attention`: a step of theirs has failed for some seconds. It is tried on meanwhile, ' +
        'and most heal by themselves. A page may be shorter than `limit` where something went on in this moment. The first ' +
        'page begins with purchases and cancellations that stand still although their workflow is open (`step` is `workflow`).',
      request: { query },
      responses: {
        200: { description: 'A page of them.', content: { 'application/json': { schema: view } } },
      },
    },
    problems: ['invalid-request', 'unavailable'],
    async handle(c) {
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const { limit, after } = asked.value;
      const found = await deps.attention.list({ limit, ...(after !== undefined && { after }) });
      if (found.kind === 'unknown cursor') {
        const errors = [{ path: 'after', message: 'It is not the `next` of a page.' }];
        return answerProblem(c, problem('invalid-request', { errors }));
      }
      // With the first page, whatever it holds: there should be none, and no operator may miss them.
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
