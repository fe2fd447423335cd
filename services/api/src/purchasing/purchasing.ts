import { setTimeout as sleep } from 'node:timers/promises';
import type { PurchaseRecord } from '@box-office/contract';
import type { EarlyRefusal } from './early-refusal.js';
import type { PurchaseRecords, StoredRecord } from './purchase-records.js';
import type { PurchaseReply, PurchaseRequest } from './purchase-request.js';
import type { Sale } from './sale.js';

/** Times that a request follows a record which others change under its hands before it gives up with 503. */
const MOST_ROUNDS = 5;
/** Between two looks at the record of another request that decides. */
const FOLLOW_MIN_MS = 20;
const FOLLOW_MAX_MS = 250;
/** What a gateway does between its admission and the start, apart from the start itself. */
const BEFORE_START_MS = 3_000;

/** Answers a buyer's request. Rejects when Redis or PostgreSQL is away; the key may then be used again at once. */
export type Purchase = (request: PurchaseRequest) => Promise<PurchaseReply>;

/**
 * One outcome per idempotency key, whichever gateways its requests arrive at and whatever happens to those.
 *
 * A request puts its record (`admitted`) into Redis, and who finds one there follows it instead of doing the work twice:
 *
 * - `done`: the same answer again.
 * - `started`: wait for the outcome, as the first request does. Take over if nothing has claimed it for seconds, because its workflow may
 *   be gone, and if the request names a hold that is not its own yet.
 * - `admitted`: another request is at it; follow it. Past its deadline, or left behind by this process itself: take over.
 * - `sent`: a start may be on its way; send the same start again and wait.
 *
 * Of a request with another content: 422, once PostgreSQL does not say that the key is this one's. Where nothing can be said for
 * as long as a request may wait: 409.
 *
 * Taking over is a compare-and-set, so one of several takes over. Even if two worked on a purchase at once (Redis lost
 * the record), they start the same workflow.
 */
export function createPurchasing(deps: {
  records: PurchaseRecords;
  sale: Sale;
  refuseEarly: EarlyRefusal;
  /** Names this gateway process in the records that it admits. */
  gatewayId: string;
  /** Longest that a request waits for its outcome. */
  waitMs: number;
  /** The process is shutting down: nobody waits any more. */
  isLeaving: () => boolean;
  /** Longest that the starter takes to answer. */
  longestStartMs: number;
  /** Most purchase requests at once in this process; those above it are turned away before they cost anything. */
  maxRequests: number;
  /** Most of them of one buyer, 0 for no limit. */
  maxRequestsPerBuyer: number;
}): Purchase {
  /** Purchases that this process works on: an `admitted` record of its own that is not among them was left behind. */
  const atWork = new Set<string>();
  /** Requests that are open, by buyer. */
  const byBuyer = new Map<string, number>();
  let requests = 0;

  return async function purchase(request) {
    if (requests >= deps.maxRequests) return busy('Too many purchases are waiting at this gateway.');
    const { purchaseId, userId } = request;
    const ofBuyer = byBuyer.get(userId) ?? 0;
    if (deps.maxRequestsPerBuyer > 0 && ofBuyer >= deps.maxRequestsPerBuyer) return TOO_MANY_AT_ONCE;
    byBuyer.set(userId, ofBuyer + 1);
    const untilMs = Date.now() + deps.waitMs;
    const alone = !atWork.has(purchaseId);
    atWork.add(purchaseId);
    requests++;
    try {
      return (await refuseEarly(request)) ?? (await admit(request, alone, untilMs));
    } finally {
      requests--;
      leave(userId);
      if (alone) atWork.delete(purchaseId);
    }
  };

  function leave(userId: string): void {
    const left = (byBuyer.get(userId) ?? 1) - 1;
    if (left === 0) byBuyer.delete(userId);
    else byBuyer.set(userId, left);
  }

  /** Null for a request that is to be admitted. */
  async function refuseEarly(request: PurchaseRequest): Promise<PurchaseReply | null> {
    const outcome = await deps.refuseEarly(request);
    if (outcome === null) return null;
    const { fingerprint, userId, eventId } = request;
    const previous = await deps.records.putIfNew(request.purchaseId, {
      ...{ fingerprint, userId, eventId },
      state: 'done',
      outcome,
    });
    if (previous === null) return { kind: 'outcome', outcome, repeat: false };
    const { record } = previous;
    // Whatever else stands there is followed as that of any other request.
    if (record.fingerprint !== fingerprint || record.state !== 'done') return null;
    return { kind: 'outcome', outcome: record.outcome, repeat: true };
  }

  /** @param alone no other request of this process works on the purchase */
  async function admit(request: PurchaseRequest, alone: boolean, untilMs: number): Promise<PurchaseReply> {
    for (let round = 0, gapMs = FOLLOW_MIN_MS; round < MOST_ROUNDS;) {
      const mine = admitted(request);
      const text = JSON.stringify(mine);
      const { previous, event } = await deps.records.admit(request.purchaseId, text, request.eventId);
      if (previous === null) return deps.sale.sell(request, { text, event, mayRun: false, untilMs });
      const reply = await replyFrom(request, previous, alone, untilMs);
      if (reply !== 'take_over' && reply.kind === 'in_flight' && Date.now() < untilMs && !deps.isLeaving()) {
        await sleep(gapMs);
        gapMs = Math.min(gapMs * 1.5, FOLLOW_MAX_MS);
        continue;
      }
      if (reply !== 'take_over') return reply;
      if (await deps.records.replace(request.purchaseId, previous.raw, mine)) {
        return deps.sale.sell(request, { text, event, mayRun: true, untilMs });
      }
      round++;
    }
    return busy('This purchase changes too fast to follow.');
  }

  async function replyFrom(
    request: PurchaseRequest,
    stored: StoredRecord,
    alone: boolean,
    untilMs: number,
  ): Promise<'take_over' | PurchaseReply> {
    const { record } = stored;
    if (record.fingerprint !== request.fingerprint) return deps.sale.replyToOther(request, stored, untilMs);
    switch (record.state) {
      case 'done':
        return { kind: 'outcome', outcome: record.outcome, repeat: true };
      case 'started': {
        // A workflow that found its hold in use has left no row behind: then only another start brings an outcome.
        if (request.hold !== undefined && request.hold.usedBy !== request.purchaseId) return 'take_over';
        const reply = await deps.sale.waitForOther(request, record, untilMs);
        return reply === 'unclaimed' ? 'take_over' : reply;
      }
      case 'sent':
        return 'take_over';
      case 'admitted': {
        const leftBehind = record.deadlineMs <= Date.now() || (alone && record.gateway === deps.gatewayId);
        return leftBehind ? 'take_over' : { kind: 'in_flight', retryAfterS: 1 };
      }
    }
  }

  function admitted({ fingerprint, userId, eventId }: PurchaseRequest): PurchaseRecord {
    const deadlineMs = Date.now() + deps.longestStartMs + BEFORE_START_MS;
    return { fingerprint, userId, eventId, state: 'admitted', deadlineMs, gateway: deps.gatewayId };
  }
}

const TOO_MANY_AT_ONCE: PurchaseReply = {
  kind: 'limited',
  detail: 'Too many purchases of this buyer are under way at once.',
  retryAfterS: 1,
};

const busy = (detail: string): PurchaseReply => ({ kind: 'unavailable', detail, retryAfterS: 1 });
