import { setTimeout as sleep } from 'node:timers/promises';
import { isPastRedis } from '@box-office/contract';
import type { EventReadModel, Hold, OrderItem, PurchaseRecord, Refusal } from '@box-office/contract';
import type { EventReads, HoldReads, InventoryCare } from '../ports.js';
import type { ReadEvent } from '../purchasing/event-reading.js';
import type { PurchaseRecords, StoredRecord } from '../purchasing/purchase-records.js';
import { lookAtEvent } from '../purchasing/short-path.js';
import type { HoldDesk } from './hold-desk.js';
import type { HoldReply, HoldRequest } from './hold-request.js';

/** Times that a request follows a record which others change under its hands before it gives up with 503. */
const MOST_ROUNDS = 5;
/** Between two looks at the record of another request that decides. */
const FOLLOW_MIN_MS = 20;
const FOLLOW_MAX_MS = 250;
/** Requests at once in one process; those above it are turned away before they cost anything. */
const MOST_REQUESTS = 2_000;
/** Longest from a request's admission until it has refused or sent its start. */
const ADMISSION_MS = 5_000;

/** Answers a buyer's wish to hold tickets. Rejects when Redis or PostgreSQL is away; the key may be used again then. */
export type TakeHold = (request: HoldRequest) => Promise<HoldReply>;

/**
 * One outcome per idempotency key, as for purchases. The key's record in Redis is `admitted` while one request decides
 * whether to refuse, then `done` with the refusal, or `sent`: from then on whoever meets it sends the same start again.
 * What a workflow decided is in PostgreSQL, for ever.
 */
export function createHolding(deps: {
  records: PurchaseRecords;
  findHold: HoldReads['findHold'];
  findEvent: EventReads['findEvent'];
  readEvent: ReadEvent;
  inventory: InventoryCare;
  desk: HoldDesk;
  /** Names this gateway process in the records that it admits. */
  gatewayId: string;
}): TakeHold {
  let requests = 0;

  return async function takeHold(request) {
    if (requests >= MOST_REQUESTS) return unavailable('Too many holds are being taken at this gateway.');
    requests++;
    try {
      return await admit(request);
    } finally {
      requests--;
    }
  };

  async function admit(request: HoldRequest): Promise<HoldReply> {
    const untilMs = Date.now() + deps.desk.longestReplyMs;
    for (let round = 0, gapMs = FOLLOW_MIN_MS; round < MOST_ROUNDS;) {
      const mine = recordOf(request, {
        state: 'admitted',
        deadlineMs: Date.now() + ADMISSION_MS,
        gateway: deps.gatewayId,
      });
      const { previous, event } = await deps.records.admit(request.holdId, JSON.stringify(mine), request.eventId);
      if (previous !== null) {
        const reply = await replyFrom(request, previous, mine);
        if (reply !== 'mine' && reply.kind === 'in_flight' && Date.now() < untilMs) {
          // Another request decides at this moment: its answer serves both.
          await sleep(gapMs);
          gapMs = Math.min(gapMs * 1.5, FOLLOW_MAX_MS);
          continue;
        }
        if (reply !== 'mine') return reply;
      }
      const reply = await decide(request, JSON.stringify(mine), event);
      if (reply !== 'changed') return reply;
      round++;
    }
    return unavailable('This hold changes too fast to follow.');
  }

  /** What the record of an earlier request says; `mine` if this request has taken it over from one that died. */
  async function replyFrom(
    request: HoldRequest,
    { raw, record }: StoredRecord,
    mine: PurchaseRecord,
  ): Promise<HoldReply | 'mine'> {
    if (record.fingerprint !== request.fingerprint) return replyToOther(request, record);
    switch (record.state) {
      case 'done':
        return record.outcome.kind === 'refused'
          ? { kind: 'refused', refusal: record.outcome, repeat: true }
          : { kind: 'key_reused' };
      case 'sent':
      case 'started':
        return (await fromPostgres(request)) ?? sendAgain(request);
      case 'admitted': {
        const left = record.deadlineMs <= Date.now();
        if (left && (await deps.records.replace(request.holdId, raw, mine))) return 'mine';
        return { kind: 'in_flight', retryAfterS: 1 };
      }
    }
  }

  /** The key need not be the other one's: Redis may have lost the record of this very request before. PostgreSQL knows. */
  async function replyToOther(request: HoldRequest, { state }: PurchaseRecord): Promise<HoldReply> {
    const known = await fromPostgres(request);
    return known ?? (state === 'done' ? { kind: 'key_reused' } : { kind: 'in_flight', retryAfterS: 1 });
  }

  /** Refuses, or starts the workflow. For the request that owns the record, whose text is `admitted`. */
  async function decide(request: HoldRequest, admitted: string, json: string | null): Promise<HoldReply | 'changed'> {
    let decision: HoldReply | Goes;
    try {
      decision = await look(request, json);
    } catch (error) {
      await deps.records.release(request.holdId, admitted).catch(() => undefined);
      throw error;
    }
    if (decision.kind === 'refused') {
      const outcome = { kind: 'refused', ...decision.refusal } as const;
      const kept = await deps.records.replace(request.holdId, admitted, recordOf(request, { state: 'done', outcome }));
      return kept ? decision : 'changed';
    }
    if (decision.kind !== 'goes') {
      await deps.records.release(request.holdId, admitted);
      return decision;
    }
    const sent = recordOf(request, { state: 'sent' });
    if (!(await deps.records.replace(request.holdId, admitted, sent))) return 'changed';
    return send(request, decision, JSON.stringify(sent));
  }

  async function look(request: HoldRequest, json: string | null): Promise<HoldReply | Goes> {
    const event = json === null ? null : deps.readEvent(request.eventId, json);
    if (event !== null) {
      const first = lookAtEvent(event, request.items, Date.now());
      if (first.kind === 'go_on') return goes(event, first.items);
    }
    // The read model alone is not used against a buyer: it may be of before a restart, and the hold may exist.
    const known = await fromPostgres(request);
    if (known) return known;
    const counted = await deps.inventory.look(request.eventId);
    if (counted.kind === 'unavailable') return withoutInventory(request);
    const second = lookAtEvent(counted.event, request.items, Date.now());
    if (second.kind === 'go_on') return goes(counted.event, second.items);
    return second.kind === 'refused' ? { ...second, repeat: false } : second;
  }

  async function withoutInventory(request: HoldRequest): Promise<HoldReply> {
    const facts = await deps.findEvent(request.eventId);
    if (facts === null) return { kind: 'unknown_event' };
    if (isPastRedis(facts)) return { kind: 'refused', refusal: { reason: 'not_on_sale' }, repeat: false };
    deps.inventory.restore(request.eventId);
    return unavailable('What is left of this event is being counted anew.');
  }

  async function fromPostgres(request: HoldRequest): Promise<HoldReply | null> {
    const hold = await deps.findHold(request.holdId);
    return hold && replyOf(request, hold, true);
  }

  async function send(request: HoldRequest, { items, eventName }: Goes, sent: string | null): Promise<HoldReply> {
    const { holdId, fingerprint, userId, eventId, durationMs, requestId } = request;
    const order = { holdId, fingerprint, userId, eventId, items, durationMs, requestId };
    const call = await deps.desk.take(order, { eventName });
    const repeat = sent === null;
    if (call.kind === 'answered') return replyOf(request, call.hold, repeat);
    if (call.kind === 'ended') return (await fromPostgres(request)) ?? { kind: 'open', repeat };
    // A start before this one may have arrived: then it is not known whether the hold is being taken.
    if (call.kind === 'unknown' || sent === null) return { kind: 'open', repeat };
    await deps.records.release(holdId, sent);
    return { ...unavailable('Holds cannot be taken at the moment.'), retryAfterS: call.retryAfterS };
  }

  async function sendAgain(request: HoldRequest): Promise<HoldReply> {
    const facts = await deps.findEvent(request.eventId);
    return send(request, goes(facts, itemsOf(request, facts?.ticketTypes[0]?.name ?? '')), null);
  }
}

/** The hold goes to its workflow, with these items. */
interface Goes {
  readonly kind: 'goes';
  readonly items: readonly OrderItem[];
  readonly eventName: string;
}

const goes = (event: Pick<EventReadModel, 'name'> | null, items: readonly OrderItem[]): Goes => ({
  kind: 'goes',
  items: items.toSorted((a, b) => (a.ticketType < b.ticketType ? -1 : 1)),
  eventName: event?.name ?? 'unknown event',
});

const itemsOf = (request: HoldRequest, byDefault: string): OrderItem[] =>
  request.items.map(({ ticketType, quantity }) => ({ ticketType: ticketType ?? byDefault, quantity }));

const unavailable = (detail: string) => ({ kind: 'unavailable', detail, retryAfterS: 1 }) as const;

function replyOf(request: HoldRequest, hold: Hold, repeat: boolean): HoldReply {
  if (hold.fingerprint !== request.fingerprint) return { kind: 'key_reused' };
  const refusal: Refusal | null = hold.refusal;
  // Redis may have lost the key's record: then the hold knows of the request before this one.
  const again = repeat || hold.requestId !== request.requestId;
  return refusal ? { kind: 'refused', refusal, repeat: again } : { kind: 'hold', hold, repeat: again };
}

type State = PurchaseRecord extends infer R
  ? R extends PurchaseRecord
    ? Omit<R, 'fingerprint' | 'userId' | 'eventId'>
    : never
  : never;

function recordOf({ fingerprint, userId, eventId }: HoldRequest, state: State): PurchaseRecord {
  return { fingerprint, userId, eventId, ...state };
}
