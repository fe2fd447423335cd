import type { IdempotencyRecord, PurchaseOrder, PurchaseOutcome } from '@box-office/contract';
import type { PurchaseRow } from '@box-office/database';
import type { Logger } from '@box-office/platform';
import type { AvailabilityDecision } from '../availability/availability-decision.js';
import type { PreCheckRefusal } from './pre-check-refusal.js';
import type { PurchaseStarter, StartReply } from '../batching/purchase-starter.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import {
  doneRecord,
  logFailedWrite,
  type KeyedOperation,
  type OwnedKey,
  type StartedRecord,
  type StartResult,
} from '../idempotency/idempotent-start.js';
import type { Known, Start, StartDecision } from '../idempotency/start-decision.js';
import type { Declines } from './buyer-limits.js';
import type { OutcomeWaiter, Wait, Waited } from './outcome-waiter.js';
import type { LookUpPurchase } from './purchase-lookup.js';
import { keptPurchaseRequest, type PurchaseReply, type PurchaseRequest } from './purchase-request.js';

/** A workflow that was started has claimed its purchases by then, unless it is gone or the machine is very busy. */
const CLAIM_MS = 5_000;

type Decision = StartDecision<PurchaseOutcome, PurchaseReply>;
type KnownPurchase = Known<PurchaseOutcome, PurchaseReply>;

interface Deps {
  store: IdempotencyStore<PurchaseOutcome>;
  lookUp: LookUpPurchase;
  waiter: OutcomeWaiter;
  starter: PurchaseStarter;
  preCheck: PreCheckRefusal;
  decideByAvailability: AvailabilityDecision;
  declines: Declines;
  logger: Logger;
  /** For the metrics: how a start was answered. */
  countStart: (reply: StartReply) => void;
}

/**
 * How a purchase is decided, started and answered. Its outcome comes from its workflow: by notification, else from
 * PostgreSQL.
 */
export class PurchaseOperation implements KeyedOperation<PurchaseRequest, PurchaseOutcome, PurchaseReply> {
  readonly keptRequest = keptPurchaseRequest;
  readonly notStarted =
    'Purchases cannot be started at the moment. Nothing was charged. Repeat the request with the same idempotency key.';

  constructor(private readonly deps: Deps) {}

  idOf({ purchaseId }: PurchaseRequest): string {
    return purchaseId;
  }

  preCheck(request: PurchaseRequest): ReturnType<PreCheckRefusal> {
    return this.deps.preCheck(request);
  }

  replyOf(outcome: PurchaseOutcome, repeat: boolean): PurchaseReply {
    return { kind: 'outcome', outcome, repeat };
  }

  async find(request: PurchaseRequest): Promise<KnownPurchase | null> {
    const row = await this.deps.lookUp(request.purchaseId);
    if (row === undefined) return null;
    return { record: recordOf(row), reply: (untilMs) => this.replyFromRow(request, row, untilMs) };
  }

  private async replyFromRow(request: PurchaseRequest, row: PurchaseRow, untilMs: number): Promise<PurchaseReply> {
    if (row.outcome !== null) return { kind: 'outcome', outcome: row.outcome, repeat: true };
    return this.replyFromWait(request, await this.beginWait(request, untilMs).ended, true);
  }

  async decide(request: PurchaseRequest, key: OwnedKey): Promise<Decision> {
    const early = key.workflowMayExist ? null : ((await this.delayed(request)) ?? (await this.holdInUse(request)));
    if (early !== null) return early;
    // Whether a hold keeps tickets for this purchase is decided by its claim alone.
    const mustStart = key.workflowMayExist || request.hold !== undefined;
    return this.deps.decideByAvailability(request, key, { mustStart, find: () => this.find(request) });
  }

  /** Null unless the buyer has to wait after declined payments. What was decided before is answered all the same. */
  private async delayed(request: PurchaseRequest): Promise<Decision | null> {
    const retryAfterS = this.deps.declines.waitS(request.userId);
    if (retryAfterS === 0) return null;
    const known = await this.find(request);
    if (known !== null) return { kind: 'known', known };
    const detail = 'Too many payments of this buyer were declined.';
    return { kind: 'release', reply: { kind: 'limited', detail, retryAfterS } };
  }

  /** Null unless another purchase uses the hold at the moment. */
  private async holdInUse(request: PurchaseRequest): Promise<Decision | null> {
    const { purchaseId, hold } = request;
    if (hold?.status !== 'in_use' || hold.usedBy === null || hold.usedBy === purchaseId) return null;
    const known = await this.find(request);
    return known === null
      ? { kind: 'release', reply: { kind: 'hold_in_use', usedBy: hold.usedBy } }
      : { kind: 'known', known };
  }

  async start(request: PurchaseRequest, begin: Start, key: OwnedKey): Promise<StartResult<PurchaseReply>> {
    const { purchaseId, fingerprint } = request;
    const wait = this.deps.waiter.wait(purchaseId, fingerprint, remainingMs(key.untilMs));
    const starting = this.deps.starter.start(orderOf(request, begin), { eventName: begin.eventName }, wait.ended);
    void starting.then((reply) => this.deps.countStart(reply));
    const soonest = await Promise.race([starting, wait.ended]);
    // Before its start was sent a purchase is not reported as open: it may still be in the queue.
    const first = soonest.kind === 'open' ? await starting : soonest;
    if (first.kind === 'not_started') {
      wait.cancel();
      return first;
    }
    // Redis may have lost the key's record: then Temporal, or the purchase's row, knows the request before this one.
    const isRepeat = key.workflowMayExist || (first.kind === 'started' && first.already);
    if (first.kind === 'started' && first.already) this.deps.waiter.checkNow(purchaseId);
    const record = first.kind === 'started' ? 'started' : first.kind === 'unknown' ? 'sent' : null;
    return { kind: 'sent', record, reply: async () => this.replyFromWait(request, await wait.ended, isRepeat) };
  }

  async follow(
    request: PurchaseRequest,
    { startedMs = 0 }: StartedRecord,
    untilMs: number,
  ): Promise<PurchaseReply | 'take_over'> {
    // A workflow that found its hold in use has left no row behind: then only another start brings an outcome.
    if (request.hold !== undefined && request.hold.usedBy !== request.purchaseId) return 'take_over';
    const isLate = startedMs + CLAIM_MS < Date.now();
    if (isLate && (await this.deps.lookUp(request.purchaseId)) === undefined) return 'take_over';
    return this.replyFromWait(request, await this.beginWait(request, untilMs).ended, true);
  }

  /** Also has PostgreSQL asked at once: the outcome may have been published before. */
  private beginWait({ purchaseId, fingerprint }: PurchaseRequest, untilMs: number): Wait {
    const wait = this.deps.waiter.wait(purchaseId, fingerprint, remainingMs(untilMs));
    this.deps.waiter.checkNow(purchaseId);
    return wait;
  }

  private replyFromWait(request: PurchaseRequest, waited: Waited, repeat: boolean): PurchaseReply {
    switch (waited.kind) {
      case 'open':
        this.deps.declines.expectOutcome(request.userId, request.purchaseId);
        return { kind: 'open', repeat };
      case 'action_required':
        this.deps.declines.expectOutcome(request.userId, request.purchaseId);
        return { kind: 'action_required', nextAction: waited.nextAction, repeat };
      case 'hold_in_use':
        this.inBackground(request, this.forget(request));
        return { kind: 'hold_in_use', usedBy: waited.usedBy };
      case 'other_request':
        this.inBackground(request, this.deps.store.put(request.purchaseId, recordOf(waited.row)));
        return { kind: 'key_reused' };
      case 'outcome':
        if (waited.outcome.kind === 'declined') this.deps.declines.note(request.userId, request.purchaseId);
        this.inBackground(request, this.deps.store.put(request.purchaseId, doneRecord(request, waited.outcome)));
        return { kind: 'outcome', outcome: waited.outcome, repeat: repeat || isEarlier(request, waited) };
    }
  }

  /** The key of a purchase that was not begun may be used again. */
  private async forget({ purchaseId, fingerprint }: PurchaseRequest): Promise<void> {
    const stored = await this.deps.store.read(purchaseId);
    if (stored === null || stored.record.state === 'done' || stored.record.fingerprint !== fingerprint) return;
    await this.deps.store.release(purchaseId, stored.raw);
  }

  private inBackground({ purchaseId, requestId }: PurchaseRequest, write: Promise<unknown>): void {
    logFailedWrite(this.deps.logger, write, { id: purchaseId, requestId });
  }
}

/** Whether another request brought the outcome about; Redis has lost the record of its key then. */
function isEarlier({ requestId }: PurchaseRequest, waited: Extract<Waited, { kind: 'outcome' }>): boolean {
  return waited.earlier === true || (waited.requestId !== undefined && waited.requestId !== requestId);
}

const remainingMs = (untilMs: number): number => Math.max(untilMs - Date.now(), 1);

/** The input of the workflow. */
function orderOf(request: PurchaseRequest, { items }: Start): PurchaseOrder {
  const { purchaseId, fingerprint, userId, eventId, paymentMethod, requestId, hold } = request;
  const { expectedAmountMinor, returnUrl, complimentary } = request;
  return {
    purchaseId,
    fingerprint,
    userId,
    eventId,
    items,
    paymentMethod,
    requestId,
    ...(hold !== undefined && { holdId: hold.holdId }),
    ...(expectedAmountMinor !== null && { expectedAmountMinor }),
    ...(returnUrl !== null && { returnUrl }),
    ...(complimentary && { complimentary }),
  };
}

/** The record of a key as its purchase's row has it. */
function recordOf({ fingerprint, userId, eventId, outcome }: PurchaseRow): IdempotencyRecord<PurchaseOutcome> {
  const base = { fingerprint, userId, eventId };
  return outcome === null ? { ...base, state: 'started' } : { ...base, state: 'done', outcome };
}
