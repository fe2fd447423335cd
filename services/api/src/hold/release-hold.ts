import type { Hold } from '@box-office/contract';
import { operatorActionIdOf } from '@box-office/contract/derive';
import type { OperatorAct } from '@box-office/database';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, mayActFor, actorOf, type GatewayContext } from '../http/context.js';
import type { HoldCall, HoldClient } from './hold-client.js';
import type { Database } from '../database.js';
import { problem, unavailable, type Problem } from '../http/problems.js';
import { json, uuidParameter, uuidParams, type Endpoint } from '../http/endpoint.js';
import { holdInUse } from '../purchase/purchase-answer.js';
import { holdView } from './schema.js';
import { viewOfHold } from './view.js';

/** Releases a hold, however often it is requested; one that a purchase uses or has used is not released. */
export function releaseHold(
  deps: Pick<Database, 'findHold' | 'recordOperatorAct'> & { holdClient: Pick<HoldClient, 'release'> },
): Endpoint {
  /** The hold after the call, or why its state is not known. */
  async function outcomeOf(hold: Hold, call: HoldCall): Promise<Hold | Problem> {
    const now = call.kind === 'answered' ? call.hold : await deps.findHold(hold.holdId);
    if (now !== null && now.status !== 'active') return now;
    const retryAfterS = call.kind === 'not_sent' ? call.retryAfterS : 1;
    return unavailable(
      'It is not known yet whether the hold was released. Nothing was charged. Repeat the request.',
      retryAfterS,
    );
  }

  return {
    method: 'delete',
    path: '/api/tickets/holds/{id}',
    access: 'buyer',
    documentation: {
      tags: ['Holds'],
      summary: 'Release a hold',
      request: { params: uuidParams },
      responses: {
        200: json(
          'Its tickets are held no longer: `released`, or it had `expired` or been `refused` before.',
          holdView,
        ),
      },
    },
    problems: ['unknown-hold', 'hold-in-use', 'hold-used', 'unavailable'],
    async handle(c) {
      const id = uuidParameter(c, 'id');
      const found = id === null ? null : await deps.findHold(id);
      const caller = callerOf(c);
      if (found === null || !mayActFor(caller, found.userId)) return answerProblem(c, problem('unknown-hold'));
      let hold: Hold | Problem = found;
      if (found.status === 'active') {
        const by = { requestedBy: caller.subject, requestId: c.get('requestId') };
        if (caller.subject !== found.userId) await deps.recordOperatorAct(actOf(c, found));
        hold = await outcomeOf(found, await deps.holdClient.release(found, by));
      }
      if ('type' in hold) return answerProblem(c, hold);
      if (hold.status === 'in_use') return answerProblem(c, holdInUse(hold.purchaseId));
      if (hold.status !== 'used') return answer(c, 200, viewOfHold(hold));
      return answerProblem(c, problem('hold-used', { purchaseId: hold.purchaseId }));
    },
  };
}

/**
 * An operator asks for the release of a buyer's hold: before the call, whose answer may be lost. One line for each
 * operator, however often it is requested.
 */
const actOf = (c: GatewayContext, { holdId, userId, eventId }: Hold): OperatorAct => ({
  ...actorOf(c),
  action: 'release_hold',
  reason: null,
  userId,
  eventId,
  messageId: operatorActionIdOf(holdId, `release/${callerOf(c).subject}`),
  before: { status: 'active' },
  after: null,
  details: { holdId },
});
