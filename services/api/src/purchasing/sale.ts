import { isPastRedis } from '@box-office/contract';
import type { PurchaseOutcome, PurchaseRecord } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import type { PurchaseRow } from '@box-office/records';
import type { EventReads, InventoryCare } from '../ports.js';
import type { Declines } from './buyer-limits.js';
import type { ReadEvent } from './event-reading.js';
import type { OutcomeWaiter, Wait, Waited } from './outcome-waiter.js';
import type { LookUpPurchase } from './purchase-lookup.js';
import type { PurchaseRecords, StoredRecord } from './purchase-records.js';
import { keepsTickets } from './purchase-request.js';
import type { PurchaseReply, PurchaseRequest } from './purchase-request.js';
import type { PurchaseStarter, StartReply } from './purchase-starter.js';
import { lookAtEvent } from './short-path.js';
import { doneRecord, goes, orderOf, recordOf, type Goes } from './start-decision.js';

/** What a request that owns its purchase's record knows. */
interface Admitted {
  /** The record as this request put it. */
  readonly text: string;
  /** JSON of the event's read model, null where Redis knows nothing of the event. */
  readonly event: string | null;
  /** A start of this purchase may be on its way already: then only the workflow may refuse. */
  readonly mayRun: boolean;
  /** When the buyer is told what is known by then; epoch ms. */
  readonly untilMs: number;
}

export interface Sale {
  /** Refuses, or starts the workflow and waits for its outcome. For the request that owns the record. */
  sell(request: PurchaseRequest, admitted: Admitted): Promise<PurchaseReply>;
  /**
   * Waits for the outcome of a workflow that another request started. `unclaimed`: that workflow should have left a row by
   * now and has not; it may be gone, and the purchase may be started again.
   */
  waitForOther(request: PurchaseRequest, record: StartedRecord, untilMs: number): Promise<PurchaseReply | 'unclaimed'>;
  /** Answers where the record of a request with another content stands at the key. */
  replyToOther(request: PurchaseRequest, stored: StoredRecord, untilMs: number): Promise<PurchaseReply>;
}

/**
 * What Redis may have forgotten, PostgreSQL knows: nothing is refused before it was asked whether this purchase exists.
 * Once a start was sent, whatever is not known is `open` (202) and never `unavailable`.
 */
export function createSale(deps: {
  records: PurchaseRecords;
  lookUp: LookUpPurchase;
  waiter: OutcomeWaiter;
  starter: PurchaseStarter;
  readEvent: ReadEvent;
  findEvent: EventReads['findEvent'];
  inventory: InventoryCare;
  declines: Declines;
  logger: Logger;
  /** For the metrics: how a start was answered. */
  countStart: (result: StartReply['kind']) => void;
}): Sale {
  async function sell(request: PurchaseRequest, admitted: Admitted): Promise<PurchaseReply> {
    let reply: PurchaseReply | Goes;
    try {
      reply = (await delayed(request, admitted)) ?? (await decide(request, admitted));
    } catch (error) {
      // Nothing was sent: the key is free for the next attempt.
      release(request, admitted);
      throw error;
    }
    return reply.kind === 'goes' ? start(request, admitted, reply) : reply;
  }

  /** Null unless the buyer has to wait after declined payments. What was decided before is answered all the same. */
  async function delayed(request: PurchaseRequest, admitted: Admitted): Promise<PurchaseReply | null> {
    const retryAfterS = deps.declines.waitS(request.userId);
    if (retryAfterS === 0 || admitted.mayRun) return null;
    const row = await deps.lookUp(request.purchaseId);
    if (row !== undefined) return replyFromRow(request, admitted.text, row, admitted.untilMs);
    release(request, admitted);
    return { kind: 'limited', detail: 'Too many payments of this buyer were declined.', retryAfterS };
  }

  async function decide(request: PurchaseRequest, admitted: Admitted): Promise<PurchaseReply | Goes> {
    const taken = admitted.mayRun ? null : await decideWithoutHold(request, admitted);
    if (taken !== null) return taken;
    // What a hold keeps is not among what the event has left.
    const held = keepsTickets(request);
    const event = admitted.event === null ? null : deps.readEvent(request.eventId, admitted.event);
    if (event !== null) {
      if (admitted.mayRun || held || lookAtEvent(event, request.items, Date.now()).kind === 'go_on') {
        return goes(event, request.items);
      }
    }
    // The read model alone is not used against a buyer: it may be of before a restart, and the purchase may exist.
    const [row, counted] = await Promise.all([deps.lookUp(request.purchaseId), deps.inventory.look(request.eventId)]);
    if (row !== undefined) return replyFromRow(request, admitted.text, row, admitted.untilMs);
    if (counted.kind === 'unavailable') return decideWithoutInventory(request, admitted);
    const look = lookAtEvent(counted.event, request.items, Date.now());
    if (look.kind === 'go_on' || admitted.mayRun || held) return goes(counted.event, request.items);
    if (look.kind === 'refused') {
      const lapsed = request.hold !== undefined && { holdLapsed: true as const };
      return refuse(request, admitted, { kind: 'refused', ...look.refusal, ...lapsed });
    }
    release(request, admitted);
    return look;
  }

  /** Of a hold that is used or in use, as far as that is known here; the claim in PostgreSQL decides. */
  async function decideWithoutHold(request: PurchaseRequest, admitted: Admitted): Promise<PurchaseReply | null> {
    const { purchaseId, hold } = request;
    const usedBy = hold?.usedBy ?? null;
    if (usedBy === null) return null;
    const row = await deps.lookUp(purchaseId);
    if (row !== undefined) return replyFromRow(request, admitted.text, row, admitted.untilMs);
    if (usedBy === purchaseId) return null;
    if (hold?.status === 'used') return refuse(request, admitted, { kind: 'refused', reason: 'hold_used', usedBy });
    release(request, admitted);
    return { kind: 'hold_in_use', usedBy };
  }

  async function decideWithoutInventory(request: PurchaseRequest, admitted: Admitted): Promise<PurchaseReply | Goes> {
    const facts = await deps.findEvent(request.eventId);
    if (admitted.mayRun) return goes(facts, request.items);
    if (facts !== null && isPastRedis(facts)) {
      return refuse(request, admitted, { kind: 'refused', reason: 'not_on_sale' });
    }
    if (facts !== null) return restoreFirst(request, admitted);
    release(request, admitted);
    return { kind: 'unknown_event' };
  }

  function restoreFirst(request: PurchaseRequest, admitted: Admitted): PurchaseReply {
    deps.inventory.restore(request.eventId);
    release(request, admitted);
    return { kind: 'unavailable', detail: 'What is left of this event is being counted anew.', retryAfterS: 1 };
  }

  /** Gives the short path's refusal, once it is certain that every repeat will get the same. */
  async function refuse(
    request: PurchaseRequest,
    admitted: Admitted,
    outcome: PurchaseOutcome,
  ): Promise<PurchaseReply> {
    const kept = await deps.records.replace(request.purchaseId, admitted.text, doneRecord(request, outcome));
    if (kept) return { kind: 'outcome', outcome, repeat: false };
    return { kind: 'unavailable', detail: 'Another request went on with this purchase.', retryAfterS: 1 };
  }

  /** The record was lost, the purchase was not: answer as its row says and put the record back. */
  async function replyFromRow(
    request: PurchaseRequest,
    standing: string,
    row: PurchaseRow,
    untilMs: number,
  ): Promise<PurchaseReply> {
    await deps.records.replace(request.purchaseId, standing, recordOf(row));
    if (row.fingerprint !== request.fingerprint) return { kind: 'key_reused' };
    if (row.outcome !== null) return { kind: 'outcome', outcome: row.outcome, repeat: true };
    return replyFromWait(request, await beginWait(request, untilMs).ended, true);
  }

  /**
   * The key need not be the other one's: Redis may have lost the record of this very request before the other was put
   * there, and the other will be refused. PostgreSQL knows, or will know once that one is admitted.
   */
  async function replyToOther(
    request: PurchaseRequest,
    { raw, record }: StoredRecord,
    untilMs: number,
  ): Promise<PurchaseReply> {
    const row = await deps.lookUp(request.purchaseId);
    if (row !== undefined) return replyFromRow(request, raw, row, untilMs);
    return record.state === 'done' ? { kind: 'key_reused' } : { kind: 'in_flight', retryAfterS: 1 };
  }

  async function start(request: PurchaseRequest, admitted: Admitted, goes: Goes): Promise<PurchaseReply> {
    const { purchaseId, fingerprint } = request;
    const order = orderOf(request, goes.items);
    const wait = deps.waiter.wait(purchaseId, fingerprint, leftMs(admitted.untilMs));
    const starting = deps.starter.start(order, { eventName: goes.eventName }, wait.ended);
    void starting.then((reply) => deps.countStart(reply.kind));
    const soonest = await Promise.race([starting, wait.ended]);
    // Nobody is told that a purchase goes on before its start was sent: it may still be in the queue.
    const first = soonest.kind === 'open' ? await starting : soonest;
    if (first.kind === 'not_started') {
      wait.cancel();
      if (!admitted.mayRun) {
        release(request, admitted);
        return {
          kind: 'unavailable',
          detail: 'Purchases cannot be started at the moment.',
          retryAfterS: first.retryAfterS,
        };
      }
      // This start did not arrive, but one before it may have.
      note(request, admitted, 'sent');
      return { kind: 'open', repeat: true };
    }
    noteStart(request, admitted, first);
    // Redis may have lost the key's record: then Temporal, or the purchase's row, knows of the request before this one.
    const already = first.kind === 'started' && first.already;
    return replyFromWait(request, await wait.ended, admitted.mayRun || already);
  }

  /** Tells the other gateways how far this purchase is, before its outcome is known. */
  function noteStart(request: PurchaseRequest, admitted: Admitted, first: Waited | StartReply): void {
    if (first.kind === 'started') {
      if (first.already) deps.waiter.lookNow(request.purchaseId);
      note(request, admitted, 'started');
    } else if (first.kind === 'unknown') note(request, admitted, 'sent');
  }

  async function waitForOther(
    request: PurchaseRequest,
    record: StartedRecord,
    untilMs: number,
  ): Promise<PurchaseReply | 'unclaimed'> {
    const { startedMs = 0 } = record;
    const isLate = startedMs + CLAIM_MS < Date.now();
    if (isLate && (await deps.lookUp(request.purchaseId)) === undefined) return 'unclaimed';
    return replyFromWait(request, await beginWait(request, untilMs).ended, true);
  }

  /** Has PostgreSQL asked at once, too: the outcome may have been announced before. */
  function beginWait({ purchaseId, fingerprint }: PurchaseRequest, untilMs: number): Wait {
    const wait = deps.waiter.wait(purchaseId, fingerprint, leftMs(untilMs));
    deps.waiter.lookNow(purchaseId);
    return wait;
  }

  function replyFromWait(request: PurchaseRequest, waited: Waited, repeat: boolean): PurchaseReply {
    switch (waited.kind) {
      case 'open':
        return { kind: 'open', repeat };
      case 'hold_in_use':
        inBackground(request, forget(request));
        return { kind: 'hold_in_use', usedBy: waited.usedBy };
      case 'other_request':
        inBackground(request, deps.records.put(request.purchaseId, recordOf(waited.row)));
        return { kind: 'key_reused' };
      case 'outcome':
        if (waited.outcome.kind === 'declined') deps.declines.note(request.userId, request.purchaseId);
        inBackground(request, deps.records.put(request.purchaseId, doneRecord(request, waited.outcome)));
        return { kind: 'outcome', outcome: waited.outcome, repeat: repeat || isEarlier(request, waited) };
    }
  }

  function note(request: PurchaseRequest, admitted: Admitted, state: 'sent' | 'started'): void {
    const { fingerprint, userId, eventId } = request;
    const since = state === 'started' && { startedMs: Date.now() };
    const record: PurchaseRecord = { fingerprint, userId, eventId, state, ...since };
    inBackground(request, deps.records.replace(request.purchaseId, admitted.text, record));
  }

  /** A purchase that was not begun is as if it had never been asked for. */
  async function forget({ purchaseId, fingerprint }: PurchaseRequest): Promise<void> {
    const stored = await deps.records.read(purchaseId);
    if (stored === null || stored.record.state === 'done' || stored.record.fingerprint !== fingerprint) return;
    await deps.records.release(purchaseId, stored.raw);
  }

  function release(request: PurchaseRequest, admitted: Admitted): void {
    inBackground(request, deps.records.release(request.purchaseId, admitted.text));
  }

  /** For writes on which no answer depends: without them a repeat is slower, or gets a 409 for some seconds. */
  function inBackground(request: PurchaseRequest, write: Promise<unknown>): void {
    write.catch((error: unknown) => {
      const { purchaseId, requestId } = request;
      deps.logger.warn({ err: error, purchaseId, requestId }, 'could not note the state of a purchase in Redis');
    });
  }

  return { sell, waitForOther, replyToOther };
}

/** Whether another request brought the outcome about; the record of its key is not known to Redis then. */
function isEarlier({ requestId }: PurchaseRequest, waited: Extract<Waited, { kind: 'outcome' }>): boolean {
  return waited.earlier === true || (waited.requestId !== undefined && waited.requestId !== requestId);
}

/** A workflow that was started has claimed its purchases by then, unless it is gone or the machine is very busy. */
const CLAIM_MS = 5_000;

type StartedRecord = Extract<PurchaseRecord, { state: 'started' }>;

const leftMs = (untilMs: number): number => Math.max(untilMs - Date.now(), 1);
