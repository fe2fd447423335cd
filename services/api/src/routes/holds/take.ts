import { purchaseIdOf } from '@box-office/contract/derive';
import { answer, answerProblem } from '../../answers.js';
import { callerOf, mayActFor } from '../../context.js';
import type { GatewayContext } from '../../context.js';
import { holdFingerprint } from '../../holding/hold-request.js';
import type { HoldReply } from '../../holding/hold-request.js';
import type { TakeHold } from '../../holding/holding.js';
import type { GatewayMetrics } from '../../metrics.js';
import { readJsonBody } from '../../middleware/json-body.js';
import { problem, unavailable } from '../../problems.js';
import type { Endpoint } from '../endpoint.js';
import { readIdempotencyKey } from '../idempotency-key.js';
import { refusalProblem } from '../purchase-tickets/answer.js';
import { idempotencyKeyHeader } from '../purchase-tickets/schema.js';
import { requestedItems } from '../ticket-wish.js';
import { holdBody, openHold, takenHold } from './schema.js';
import { holdUrl, takenView } from './view.js';

/** Part of the hold's id: it stays the same even if the path should change. */
const ROUTE = 'POST /api/tickets/holds';
const REPLAYED = { 'Idempotent-Replayed': 'true' };
const RETRY_OPEN_S = 1;

/** How long holds last. */
export interface HoldTimes {
  readonly usualMs: number;
  /** Longest that may be asked for. */
  readonly longestMs: number;
}

/** Keeps tickets for a buyer for a while: 201 with their serial numbers and until when, or 202 if it takes longer. */
export function takeHold(deps: { hold: TakeHold; holdTimes: HoldTimes; metrics: GatewayMetrics }): Endpoint {
  return {
    method: 'post',
    path: '/api/tickets/holds',
    access: 'buyer',
    documentation: {
      tags: ['Holds'],
      summary: 'Hold tickets',
      description:
        'Keeps tickets for the buyer until they are bought (name the hold in the purchase), given back, or the time is ' +
        'over. So is their price: `amountMinor` is what they cost with this hold, whatever the price is by then. Repeat it with the same key as often as you like: it holds once.',
      request: {
        headers: idempotencyKeyHeader,
        body: { required: true, content: { 'application/json': { schema: holdBody } } },
      },
      responses: {
        201: {
          description: 'Held. `Location` leads to the hold.',
          content: { 'application/json': { schema: takenHold } },
        },
        202: {
          description: 'It goes on. Ask at `Location`, or repeat the request, after the time in `Retry-After`.',
          content: { 'application/json': { schema: openHold } },
        },
      },
    },
    problems: [
      'missing-idempotency-key',
      'invalid-idempotency-key',
      'forbidden',
      'unknown-event',
      'purchase-in-flight',
      'sold-out',
      'not-enough-left',
      'not-on-sale',
      'over-buyer-limit',
      'payload-too-large',
      'unsupported-media-type',
      'invalid-request',
      'idempotency-key-reused',
      'unknown-ticket-type',
      'unavailable',
    ],
    async handle(c) {
      const key = readIdempotencyKey(c);
      if (!key.ok) return answerProblem(c, key.problem);
      const body = await readJsonBody(c, holdBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const caller = callerOf(c);
      const userId = body.value.userId ?? caller.subject;
      if (!mayActFor(caller, userId)) {
        return answerProblem(c, problem('forbidden', { detail: "A buyer holds for the token's own subject only." }));
      }
      const { eventId, seconds = null } = body.value;
      const durationMs = seconds === null ? deps.holdTimes.usualMs : seconds * 1_000;
      if (durationMs > deps.holdTimes.longestMs) return answerProblem(c, tooLong(deps.holdTimes));
      const items = requestedItems(body.value);
      const holdId = purchaseIdOf(ROUTE, caller.subject, key.value);
      const reply = await deps.hold({
        holdId,
        fingerprint: holdFingerprint({ userId, eventId, items, seconds }),
        userId,
        eventId,
        items,
        durationMs,
        requestId: c.get('requestId'),
      });
      deps.metrics.hold(reply.kind);
      return answerHold(c, holdId, reply);
    },
  };
}

function tooLong({ longestMs }: HoldTimes) {
  const message = `At most ${Math.floor(longestMs / 1_000)}.`;
  return problem('invalid-request', { errors: [{ path: 'seconds', message }] });
}

/** The one place where what became of a wish to hold is put into HTTP. A repeat gets the same body. */
function answerHold(c: GatewayContext, holdId: string, reply: HoldReply): Response {
  const Location = holdUrl(holdId);
  switch (reply.kind) {
    case 'hold':
      return answer(c, 201, takenView(reply.hold), { Location, ...(reply.repeat && REPLAYED) });
    case 'open': {
      const body = { holdId, status: 'open', statusUrl: Location };
      return answer(c, 202, body, { Location, 'Retry-After': String(RETRY_OPEN_S), ...(reply.repeat && REPLAYED) });
    }
    case 'refused': {
      const { type, members } = refusalProblem(reply.refusal);
      return answerProblem(c, problem(type, { ...members, holdId }, reply.repeat ? REPLAYED : undefined));
    }
    case 'key_reused':
      return answerProblem(c, problem('idempotency-key-reused'));
    case 'in_flight':
      return answerProblem(c, problem('purchase-in-flight', { holdId }, { 'Retry-After': String(reply.retryAfterS) }));
    case 'unknown_event':
      return answerProblem(c, problem('unknown-event'));
    case 'unknown_ticket_type':
      return answerProblem(c, problem('unknown-ticket-type', { ticketType: reply.ticketType }));
    case 'unavailable':
      return answerProblem(c, unavailable(reply.detail, reply.retryAfterS));
  }
}
