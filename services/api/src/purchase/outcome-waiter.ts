import {
  OUTCOMES_CHANNEL,
  type NextAction,
  type PurchaseNotification,
  type PurchaseOutcome,
} from '@box-office/contract';
import { keepSubscribed, type Logger } from '@box-office/platform';
import type { PurchaseRow } from '@box-office/database';
import type { Redis } from 'ioredis';
import type { ForeignValues } from '../foreign-values.js';
import type { Declines } from './buyer-limits.js';
import { currentActionOf } from './next-action.js';
import type { FindPurchases } from './purchase-lookup.js';

const TICK_MS = 50;
/**
 * PostgreSQL is asked only about purchases whose notification is late: later than this multiple of the time that
 * notifications take at present. On a busy machine all are slow, and asking for all of them would make it slower.
 */
const LATE_FACTOR = 2;
const FIRST_CHECK_MIN_MS = 150;
const FIRST_CHECK_MAX_MS = 1_500;
/** Weight of the last notification in the running mean. */
const LAST_NOTIFIED = 1 / 16;
const CHECK_GAP_MIN_MS = 100;
const CHECK_GAP_MAX_MS = 500;
const MAX_PURCHASES_PER_CHECK = 500;

/**
 * `open`: still without an outcome when the wait ended. `other_request`: the id belongs to a request with another body.
 * `hold_in_use`: the purchase was not begun, because another one uses its hold. `action_required`: it waits for its buyer.
 */
export type Waited =
  | {
      readonly kind: 'outcome';
      readonly outcome: PurchaseOutcome;
      /** The notification says that it is older than the start that waits for it. */
      readonly earlier?: true;
      /** The request that brought it about, where PostgreSQL was asked. */
      readonly requestId?: string;
    }
  | { readonly kind: 'other_request'; readonly row: PurchaseRow }
  | { readonly kind: 'hold_in_use'; readonly usedBy: string }
  | { readonly kind: 'action_required'; readonly nextAction: NextAction }
  | { readonly kind: 'open' };

export interface Wait {
  /** Never rejects. */
  readonly ended: Promise<Waited>;
  /** Ends it as `open`, if it has not ended. */
  cancel(): void;
}

export interface OutcomeWaiter {
  /** Begins to wait. Call it before the purchase is started, so that no notification is missed. */
  wait(purchaseId: string, fingerprint: string, limitMs: number): Wait;
  /** Notifications of a worker in this process; those of others come over Redis. */
  receive(notifications: readonly PurchaseNotification[]): void;
  /** Has PostgreSQL asked about this purchase at once: it may have its outcome already. */
  checkNow(purchaseId: string): void;
  /** Requests that wait at this moment. */
  size(): number;
  /** Ends every wait, and each one that begins from now on, as `open`. */
  drain(): void;
}

interface Waiting {
  readonly fingerprint: string;
  readonly resolve: (waited: Waited) => void;
  readonly sinceMs: number;
  readonly untilMs: number;
  nextCheckMs: number;
  checkGapMs: number;
}

interface Deps {
  /** A connection of its own: a subscribed one takes no other commands. */
  subscriber: Redis;
  findPurchases: FindPurchases;
  foreign: Pick<ForeignValues, 'notifications'>;
  /** Also learns of outcomes for which no request waits any more. */
  declines: Pick<Declines, 'expectsOutcome' | 'noteOutcome'>;
  logger: Logger;
}

/**
 * Waits for the outcomes of purchases. The worker's notification on Redis saves time; PostgreSQL decides, and is asked in one
 * query for all purchases whose notification is late. A lost Redis, subscription or worker only delays answers.
 *
 * One timer serves all waits, and runs only while a request waits.
 */
class Waiter implements OutcomeWaiter {
  private readonly waiting = new Map<string, Waiting[]>();
  private count = 0;
  /** The time that notifications take at present; halved when one was missing. */
  private notificationMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private isChecking = false;
  private drained = false;
  private readonly subscription: ReturnType<typeof keepSubscribed>;

  constructor(private readonly deps: Deps) {
    // While it cannot be subscribed PostgreSQL is asked instead.
    this.subscription = keepSubscribed({
      redis: deps.subscriber,
      channel: OUTCOMES_CHANNEL,
      onMessage: (message) => this.receive(this.read(message)),
      logger: deps.logger,
    });
  }

  private read(message: string): PurchaseNotification[] {
    const { foreign, declines } = this.deps;
    const isWanted = (purchaseId: string): boolean =>
      this.waiting.has(purchaseId) || declines.expectsOutcome(purchaseId);
    return foreign.notifications(OUTCOMES_CHANNEL, message, isWanted);
  }

  receive(notifications: readonly PurchaseNotification[]): void {
    for (const notification of notifications) {
      const { purchaseId, fingerprint } = notification;
      const waited = waitedOf(notification);
      if (waited.kind === 'outcome') this.deps.declines.noteOutcome(purchaseId, waited.outcome);
      const waits = this.waiting.get(purchaseId);
      if (waits === undefined) continue;
      // Without a fingerprint, or with another one, it may be the outcome of another request with the same key.
      if (fingerprint !== undefined && waits.every((one) => one.fingerprint === fingerprint)) {
        for (const { sinceMs } of waits)
          this.notificationMs += (Date.now() - sinceMs - this.notificationMs) * LAST_NOTIFIED;
        this.endWaits(purchaseId, waits, () => waited);
      } else this.checkNow(purchaseId);
    }
  }

  checkNow(purchaseId: string): void {
    for (const one of this.waiting.get(purchaseId) ?? []) one.nextCheckMs = 0;
    if (!this.isChecking) void this.check();
  }

  private async check(): Promise<void> {
    const due = this.dueAt(Date.now());
    if (due.length === 0) return;
    this.isChecking = true;
    try {
      const rows = await this.deps.findPurchases(due);
      const before = this.count;
      for (const row of rows) this.endFromRow(row);
      // Outcomes without a notification: notifications do not arrive at present.
      if (this.count < before) this.notificationMs /= 2;
    } catch (error) {
      this.deps.logger.warn(
        { err: error, purchases: due.length },
        'could not ask PostgreSQL for outcomes; asking again',
      );
    } finally {
      this.isChecking = false;
    }
  }

  /** The purchases to be asked about now; their next check is postponed at the same time. */
  private dueAt(nowMs: number): string[] {
    const due: string[] = [];
    for (const [purchaseId, waits] of this.waiting) {
      if (!waits.some((one) => one.nextCheckMs <= nowMs)) continue;
      for (const one of waits) {
        one.nextCheckMs = nowMs + one.checkGapMs;
        one.checkGapMs = Math.min(one.checkGapMs * 1.5, CHECK_GAP_MAX_MS);
      }
      if (due.push(purchaseId) === MAX_PURCHASES_PER_CHECK) break;
    }
    return due;
  }

  private endFromRow(row: PurchaseRow): void {
    const waits = this.waiting.get(row.purchaseId);
    if (waits === undefined) return;
    const { outcome } = row;
    const nextAction = currentActionOf(row);
    if (outcome === null && nextAction === undefined && waits.every((one) => one.fingerprint === row.fingerprint))
      return;
    this.endWaits(row.purchaseId, waits, (one) => {
      if (one.fingerprint !== row.fingerprint) return { kind: 'other_request', row };
      if (outcome !== null) return { kind: 'outcome', outcome, requestId: row.requestId };
      return nextAction ? { kind: 'action_required', nextAction } : null;
    });
  }

  /** Ends the waits of a purchase for which `resultOf` returns a result; null leaves one waiting. */
  private endWaits(purchaseId: string, waits: readonly Waiting[], resultOf: (one: Waiting) => Waited | null): void {
    const rest: Waiting[] = [];
    for (const one of waits) {
      const waited = resultOf(one);
      if (waited === null) {
        rest.push(one);
        continue;
      }
      this.count--;
      one.resolve(waited);
    }
    if (rest.length === 0) this.waiting.delete(purchaseId);
    else this.waiting.set(purchaseId, rest);
  }

  private tick(): void {
    const nowMs = Date.now();
    for (const [purchaseId, waits] of this.waiting) {
      if (waits.some((one) => one.untilMs <= nowMs)) {
        this.endWaits(purchaseId, waits, (one) => (one.untilMs <= nowMs ? { kind: 'open' } : null));
      }
    }
    if (this.count === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    } else if (!this.isChecking) void this.check();
  }

  /** The first check comes before the wait is over, unless the wait is very short. */
  private firstCheckMs(limitMs: number): number {
    const lateMs = Math.min(LATE_FACTOR * this.notificationMs, FIRST_CHECK_MAX_MS, limitMs / 2);
    return Math.max(FIRST_CHECK_MIN_MS, lateMs);
  }

  wait(purchaseId: string, fingerprint: string, limitMs: number): Wait {
    if (this.drained) return { ended: Promise.resolve({ kind: 'open' }), cancel: () => undefined };
    const nowMs = Date.now();
    let one: Waiting | undefined;
    const ended = new Promise<Waited>((resolve) => {
      one = {
        fingerprint,
        resolve,
        sinceMs: nowMs,
        untilMs: nowMs + limitMs,
        nextCheckMs: nowMs + this.firstCheckMs(limitMs),
        checkGapMs: CHECK_GAP_MIN_MS,
      };
      const waits = this.waiting.get(purchaseId);
      if (waits === undefined) this.waiting.set(purchaseId, [one]);
      else waits.push(one);
    });
    this.count++;
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
    const cancel = (): void => {
      const waits = this.waiting.get(purchaseId);
      if (waits !== undefined) this.endWaits(purchaseId, waits, (other) => (other === one ? { kind: 'open' } : null));
    };
    return { ended, cancel };
  }

  size(): number {
    return this.count;
  }

  drain(): void {
    this.drained = true;
    this.subscription.stop();
    for (const [purchaseId, waits] of this.waiting) this.endWaits(purchaseId, waits, () => ({ kind: 'open' }));
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

function waitedOf(notification: PurchaseNotification): Waited {
  if ('holdInUseBy' in notification) return { kind: 'hold_in_use', usedBy: notification.holdInUseBy };
  if ('nextAction' in notification) return { kind: 'action_required', nextAction: notification.nextAction };
  const { outcome, earlier } = notification;
  return { kind: 'outcome', outcome, ...(earlier && { earlier }) };
}

export const createOutcomeWaiter = (deps: Deps): OutcomeWaiter => new Waiter(deps);
