import { answer, answerProblem } from '../http/answer.js';
import { callerOf, mayActFor } from '../http/context.js';
import type { Database } from '../database.js';
import { problem } from '../http/problems.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import type { RefusedOutcome } from '../idempotency/start-decision.js';
import { json, uuidParameter, uuidParams, type Endpoint } from '../http/endpoint.js';
import type { Resend } from '../idempotency/resend.js';
import { holdView } from './schema.js';
import { viewOfHold, viewOfRecord } from './view.js';

const RETRY_OPEN_S = 1;

/** The state of a hold, for its buyer and for operators. Other callers get 404. */
export function showHold(
  deps: Pick<Database, 'findHold'> & {
    holdIdempotency: Pick<IdempotencyStore<RefusedOutcome>, 'read'>;
    resendHold: Resend;
  },
): Endpoint {
  return {
    method: 'get',
    path: '/api/tickets/holds/{id}',
    access: 'buyer',
    documentation: {
      tags: ['Holds'],
      summary: 'Show a hold',
      request: { params: uuidParams },
      responses: { 200: json('The hold. While it is open, `Retry-After` says when to ask again.', holdView) },
    },
    problems: ['unknown-hold', 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      if (id === null) return answerProblem(c, problem('unknown-hold'));
      const hold = await deps.findHold(id);
      // It was admitted, but its workflow has not recorded it yet; or it was refused without one.
      const record = hold === null ? (await deps.holdIdempotency.read(id))?.record : undefined;
      const view = hold !== null ? viewOfHold(hold) : record && viewOfRecord(id, record);
      if (!view || !mayActFor(callerOf(c), view.userId)) return answerProblem(c, problem('unknown-hold'));
      if (record !== undefined && callerOf(c).subject === record.userId) deps.resendHold(id, record);
      return answer(c, 200, view, view.status === 'open' ? { 'Retry-After': String(RETRY_OPEN_S) } : undefined);
    },
  };
}
