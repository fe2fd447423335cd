import { holdIdOf } from '@box-office/contract/derive';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, mayActFor, type GatewayContext } from '../http/context.js';
import { holdFingerprint, type HoldReply, type HoldRequest } from './hold-request.js';
import type { GatewayMetrics } from '../metrics.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problem, unavailable } from '../http/problems.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { keyHeader, readIdempotencyKey, REPLAYED } from '../idempotency/idempotency-key.js';
import { amountTooLarge, refusalProblem } from '../purchase/purchase-answer.js';
import { requestedItems } from '../ticket/ticket-selection.js';
import { holdBody, openHold, takenHold } from './schema.js';
import { holdUrl, takenView } from './view.js';

/** Part of the hold's id: it stays the same even if the path changes. */
const ROUTE = 'POST /api/tickets/holds';
const RETRY_OPEN_S = 1;

/** Takes a hold. Rejects when Redis or PostgreSQL is unavailable; the key may then be used again. */
export type TakeHold = (request: HoldRequest) => Promise<HoldReply>;

/** How long holds last. */
export interface HoldTimes {
  readonly defaultMs: number;
  /** Longest time that a buyer may ask for. */
  readonly maxMs: number;
}

const DOCUMENTATION: Endpoint['documentation'] = {
  tags: ['Holds'],
  summary: 'Hold tickets',
  description:
    'Holds tickets for the buyer until they are bought (name the hold in the purchase), released, or the time is over. ' +
    'Their price is kept as well: `amountMinor` is what they cost with this hold, whatever the price is later. ' +
    'It can be repeated with the same key any number of times: it holds once.',
  request: {
    headers: keyHeader(
      'Any text of your own, new for each hold. A repeat with the same key and body gets the same answer and holds once.',
    ),
    body: { required: true, content: jsonContent(holdBody) },
  },
  responses: {
    201: json('Held. `Location` leads to the hold.', takenHold),
    202: json(
      'The hold is being taken. Ask at `Location`, or repeat the request, after the time in `Retry-After`.',
      openHold,
    ),
  },
};

const PROBLEMS: Endpoint['problems'] = [
  'missing-idempotency-key',
  'invalid-idempotency-key',
  'forbidden',
  'unknown-event',
  'hold-in-flight',
  'sold-out',
  'not-enough-left',
  'not-on-sale',
  'over-buyer-limit',
  ...BODY_PROBLEMS,
  'idempotency-key-reused',
  'amount-too-large',
  'unknown-ticket-type',
  'unavailable',
];

/** Keeps tickets for a buyer for a while: 201 with their serial numbers and until when, or 202 if it takes longer. */
export function takeHold(deps: { hold: TakeHold; holdTimes: HoldTimes; metrics: GatewayMetrics }): Endpoint {
  return {
    method: 'post',
    path: '/api/tickets/holds',
    access: 'buyer',
    documentation: DOCUMENTATION,
    problems: PROBLEMS,
    async handle(c) {
      const key = readIdempotencyKey(c);
      if (!key.ok) return answerProblem(c, key.problem);
      const body = await readJsonBody(c, holdBody);
      if (!body.ok) return answerProblem(c, body.problem);
      const caller = callerOf(c);
      const userId = body.value.userId ?? caller.subject;
      if (!mayActFor(caller, userId)) {
        return answerProblem(
          c,
          problem('forbidden', { detail: "A buyer can hold tickets only for the token's own subject." }),
        );
      }
      const { eventId, seconds = null } = body.value;
      const durationMs = seconds === null ? deps.holdTimes.defaultMs : seconds * 1_000;
      if (durationMs > deps.holdTimes.maxMs) return answerProblem(c, tooLong(deps.holdTimes));
      const items = requestedItems(body.value);
      const holdId = holdIdOf(ROUTE, caller.subject, key.value);
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

function tooLong({ maxMs }: HoldTimes) {
  const message = `At most ${Math.floor(maxMs / 1_000)}.`;
  return problem('invalid-request', { errors: [{ path: 'seconds', message }] });
}

/** The one place that maps the result of a request for a hold to HTTP. A repeat gets the same body. */
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
      return answerProblem(c, problem('hold-in-flight', { holdId }, { 'Retry-After': String(reply.retryAfterS) }));
    case 'unknown_event':
      return answerProblem(c, problem('unknown-event'));
    case 'amount_too_large':
      return answerProblem(c, amountTooLarge(reply));
    case 'unknown_ticket_type':
      return answerProblem(c, problem('unknown-ticket-type', { ticketType: reply.ticketType }));
    case 'unavailable':
      return answerProblem(c, unavailable(reply.detail, reply.retryAfterS));
  }
}
