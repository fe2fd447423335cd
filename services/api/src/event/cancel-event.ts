import { setTimeout as sleep } from 'node:timers/promises';
import { operatorRequestId } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import type { CancellationWorkflows } from '../cancellation/cancellation-workflows.js';
import { operatorOf } from '../http/context.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import type { Database } from '../database.js';
import { problem, unavailable } from '../http/problems.js';
import { json, jsonContent, pathParameter, type Endpoint } from '../http/endpoint.js';
import { eventId, longText } from '../http/schemas.js';
import { eventCancellationUrl, eventCancellationView, viewOfProgress } from './cancellation-view.js';
import { findEventInPath } from './find-event-in-path.js';

/** The request is answered when the sale has ended, or after ten seconds; the refunds continue after that. */
const MAX_CHECKS = 65;
const CHECK_GAP_MS = 150;
const RETRY_S = 5;

const cancelEventBody = z
  .strictObject({ reason: longText(500, { min: 1 }).openapi({ example: 'The singer is ill.' }) })
  .openapi('EventCancellationRequest');

const NOT_KNOWN = 'It is not known whether the cancellation has begun. Repeat the request.';

/** Cancels an event: its sale ends permanently, and all sold tickets are refunded in the background. */
export function cancelEvent(deps: {
  findEvent: Database['findEvent'];
  readEventCancellation: Database['readEventCancellation'];
  cancellations: Pick<CancellationWorkflows, 'startOfEvent'>;
  noteOperatorRequest: Database['noteOperatorRequest'];
}): Endpoint {
  return {
    method: 'post',
    path: '/api/events/{id}/cancel',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: 'Cancel an event and refund all tickets',
      description:
        'Ends the sale at once and permanently. Open purchases are undone, confirmed ones are cancelled and refunded one ' +
        'after the other at a limited rate. The request can be repeated; the first reason is kept.',
      request: {
        params: z.object({ id: eventId }),
        body: { required: true, content: jsonContent(cancelEventBody) },
      },
      responses: {
        200: json('It was cancelled before, and nothing is left to do.', eventCancellationView),
        202: json('The cancellation is in progress at `Location`.', eventCancellationView),
      },
    },
    problems: ['unknown-event', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const body = await readJsonBody(c, cancelEventBody);
      if (!body.ok) return answerProblem(c, body.problem);
      if ((await findEventInPath(c, deps)) === null) return answerProblem(c, problem('unknown-event'));
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
      // One that has begun continues: recovery starts its workflow again if it is gone.
      if (start.kind === 'unavailable' && before === null) return answerProblem(c, unavailable(NOT_KNOWN));
      let progress = before;
      for (let checks = 0; progress === null && checks < MAX_CHECKS; checks++) {
        await sleep(CHECK_GAP_MS);
        progress = await deps.readEventCancellation(id);
      }
      const headers = { Location: eventCancellationUrl(id), 'Retry-After': String(RETRY_S) };
      return answer(c, 202, viewOfProgress(id, progress), headers);
    },
  };
}
