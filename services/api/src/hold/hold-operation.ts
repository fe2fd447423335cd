import type { Hold, HoldOrder } from '@box-office/contract';
import type { AvailabilityDecision } from '../availability/availability-decision.js';
import type { KeyedOperation, OwnedKey, StartResult } from '../idempotency/idempotent-start.js';
import type { Known, RefusedOutcome, Start, StartDecision } from '../idempotency/start-decision.js';
import type { Database } from '../database.js';
import type { HoldClient } from './hold-client.js';
import { keptHoldRequest, type HoldReply, type HoldRequest } from './hold-request.js';

/** How a hold is decided, started and answered. What its workflow decided is in PostgreSQL. */
export function createHoldOperation(deps: {
  findHold: Database['findHold'];
  decideByAvailability: AvailabilityDecision;
  holdClient: Pick<HoldClient, 'take'>;
}): KeyedOperation<HoldRequest, RefusedOutcome, HoldReply> {
  async function find(request: HoldRequest): Promise<Known<RefusedOutcome, HoldReply> | null> {
    const hold = await deps.findHold(request.holdId);
    if (hold === null) return null;
    const { fingerprint, userId, eventId } = hold;
    const record = { fingerprint, userId, eventId, state: 'started' } as const;
    return { record, reply: () => replyOf(request, hold, true) };
  }

  async function replyFromPostgres(request: HoldRequest, otherwise: HoldReply): Promise<HoldReply> {
    const hold = await deps.findHold(request.holdId);
    return hold === null ? otherwise : replyOf(request, hold, true);
  }

  async function decide(request: HoldRequest, key: OwnedKey): Promise<StartDecision<RefusedOutcome, HoldReply>> {
    if (key.workflowMayExist) {
      const known = await find(request);
      if (known !== null) return { kind: 'known', known };
    }
    return deps.decideByAvailability(request, key, { mustStart: key.workflowMayExist, find: () => find(request) });
  }

  async function start(request: HoldRequest, begin: Start, key: OwnedKey): Promise<StartResult<HoldReply>> {
    const call = await deps.holdClient.take(orderOf(request, begin), { eventName: begin.eventName });
    const repeat = key.workflowMayExist;
    const open: HoldReply = { kind: 'open', repeat };
    switch (call.kind) {
      case 'answered':
        return { kind: 'sent', record: 'started', reply: () => replyOf(request, call.hold, repeat) };
      case 'ended':
        return { kind: 'sent', record: 'started', reply: () => replyFromPostgres(request, open) };
      case 'unknown':
        return { kind: 'sent', record: 'sent', reply: () => open };
      case 'not_sent':
        return { kind: 'not_started', retryAfterS: call.retryAfterS };
    }
  }

  return {
    idOf: ({ holdId }) => holdId,
    keptRequest: keptHoldRequest,
    preCheck: () => null,
    find,
    decide,
    start,
    follow: async (request) => (await find(request))?.reply(0) ?? 'take_over',
    replyOf: (refusal, repeat) => ({ kind: 'refused', refusal, repeat }),
    notStarted:
      'Tickets cannot be held at the moment. No ticket is held. Repeat the request with the same idempotency key.',
  };
}

function replyOf(request: HoldRequest, hold: Hold, repeat: boolean): HoldReply {
  if (hold.fingerprint !== request.fingerprint) return { kind: 'key_reused' };
  // Redis may have lost the key's record: then the hold knows the request before this one.
  const isRepeat = repeat || hold.requestId !== request.requestId;
  if (hold.refusal !== null) return { kind: 'refused', refusal: hold.refusal, repeat: isRepeat };
  return { kind: 'hold', hold, repeat: isRepeat };
}

/** The input of the workflow. */
function orderOf(request: HoldRequest, { items }: Start): HoldOrder {
  const { holdId, fingerprint, userId, eventId, durationMs, requestId } = request;
  return { holdId, fingerprint, userId, eventId, items, durationMs, requestId };
}
