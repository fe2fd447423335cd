import { setTimeout as sleep } from 'node:timers/promises';
import { operatorRequestId } from '@box-office/records';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../../answers.js';
import type { CancellationWorkflows } from '../../cancelling/cancellation-workflows.js';
import { operatorOf } from '../../context.js';
import { readJsonBody } from '../../middleware/json-body.js';
import type { CancellationReads, EventReads, OperatorRecords } from '../../ports.js';
import { problem, unavailable } from '../../problems.js';
import { pathParameter } from '../endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { eventId, longText } from '../schemas.js';
import { eventCancellationUrl, eventCancellationView, viewOfProgress } from './cancellation-view.js';

/** The answer is given when the sale has ended, which takes a moment; the refunds go on behind it. */
const MOST_LOOKS = 20;
const LOOK_GAP_MS = 150;
const RETRY_S = 5;

const cancelEventBody = z
  .strictObject({ reason: longText(500, { min: 1 }).openapi({ example: 'The singer is ill.' }) })
  .openapi('EventCancellationRequest');

/** Cancels an event: its sale ends for good, and everything that was sold of it is refunded in the background. */
export function cancelEvent(deps: {
  findEvent: EventReads['findEvent'];
  readEventCancellation: CancellationReads['readEventCancellation'];
  cancellations: Pick<CancellationWorkflows, 'startOfEvent'>;
  noteOperatorRequest: OperatorRecords['noteOperatorRequest'];
}): Endpoint {
  return {
    method: 'post',
    path: '/api/events/{id}/cancel',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Cancel an event and refund all of it',
      description:
        'Ends the sale at once and for good. Purchases under way are undone, confirmed ones are cancelled and refunded one ' +
        'after the other at a limited rate. It can be repeated; the first reason stands.',
      request: {
        params: z.object({ id: eventId }),
        body: { required: true, content: { 'application/json': { schema: cancelEventBody } } },
      },
      responses: {
        200: {
          description: 'It was cancelled before, and nothing is left to do.',
          content: { 'application/json': { schema: eventCancellationView } },
        },
        202: {
          description: 'It goes on. `Location` leads to its progress.',
          content: { 'application/json': { schema: eventCancellationView } },
        },
      },
    },
    problems: ['unknown-event', 'payload-too-large', 'unsupported-media-type', 'invalid-request', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const body = await readJsonBody(c, cancelEventBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const known = eventId.safeParse(id).success && (await deps.findEvent(id)) !== null;
      if (!known) return answerProblem(c, problem('unknown-event'));
      const before = await deps.readEventCancellation(id);
      if (before !== null && before.finishedAt !== null) return answer(c, 200, viewOfProgress(id, before));
      const { name: operator, channel } = operatorOf(c);
      await deps.noteOperatorRequest({ id: operatorRequestId.cancelEvent(id), operator, channel });
      const start = await deps.cancellations.startOfEvent({
        eventId: id,
        requestedBy: operator,
        reason: body.value.reason,
        requestId: c.get('requestId'),
      });
      if (start.kind === 'unavailable') {
        return answerProblem(c, unavailable('Cancellations cannot be started at the moment.'));
      }
      let progress = before;
      for (let looks = 0; progress === null && looks < MOST_LOOKS; looks++) {
        await sleep(LOOK_GAP_MS);
        progress = await deps.readEventCancellation(id);
      }
      const headers = { Location: eventCancellationUrl(id), 'Retry-After': String(RETRY_S) };
      return answer(c, 202, viewOfProgress(id, progress), headers);
    },
  };
}
