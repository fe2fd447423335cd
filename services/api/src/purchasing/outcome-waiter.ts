import { OUTCOMES_CHANNEL } from '@box-office/contract';
import type { PurchaseOutcome } from '@box-office/contract';
import { keepSubscribed, type Logger } from '@box-office/platform';
import type { PurchaseRow } from '@box-office/records';
import type { Redis } from 'ioredis';
import type { ForeignValues } from '../foreign-values.js';
import type { FindPurchases } from '../ports.js';

const TICK_MS = 50;
/**
 * PostgreSQL is asked only about purchases whose announcement is late, by so many times what announcements take at
 * present: on a busy machine all are slow, and asking for all of them again and again would make it slower.
 */
const LATE = 2;
const FIRST_LOOK_MIN_MS = 150;
const FIRST_LOOK_MAX_MS = 1_500;
/** Weight of the last announcement in the running mean. */
const LAST_ANNOUNCED = 1 / 16;
const LOOK_GAP_MIN_MS = 100;
const LOOK_GAP_MAX_MS = 500;
const MAX_LOOK = 500;

/**
 * `open`: still without an outcome when the wait ended. `other_request`: the id belongs to a request with another body.
 * `hold_in_use`: the purchase was not begun, because another one is using its hold.
 */
export type Waited =
  | {
      readonly kind: 'outcome';
      readonly outcome: PurchaseOutcome;
      /** It is announced as older than the start that waits for it. */
      readonly earlier?: true;
      /** The request that brought it about, where PostgreSQL was asked. */
      readonly requestId?: string;
    }
  | { readonly kind: 'other_request'; readonly row: PurchaseRow }
  | { readonly kind: 'hold_in_use'; readonly usedBy: string }
  | { readonly kind: 'open' };

export interface Wait {
  /** Never rejects. */
  readonly ended: Promise<Waited>;
  /** Ends it as `open`, if it has not ended. */
  cancel(): void;
}

export interface OutcomeWaiter {
  /** Begins to wait. Call it before the purchase is started, so that no announcement is missed. */
  wait(purchaseId: string, fingerprint: string, limitMs: number): Wait;
  /** Has PostgreSQL asked about this purchase at once: it may have its outcome already. */
  lookNow(purchaseId: string): void;
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
  nextLookMs: number;
  lookGapMs: number;
}

/**
 * Waits for the outcomes of purchases. The worker's announcement on Redis is a hint that saves time; PostgreSQL decides,
 * and is asked in one query for all whose hint is late. A lost Redis, subscription or worker only makes answers later.
 *
 * One timer serves all waits, and runs only while somebody waits.
 */
export function createOutcomeWaiter(o: {
  /** A connection of its own: a subscribed one takes no other commands. */
  subscriber: Redis;
  findPurchases: FindPurchases;
  foreign: Pick<ForeignValues, 'announcements'>;
  logger: Logger;
}): OutcomeWaiter {
  const waiting = new Map<string, Waiting[]>();
  let size = 0;
  /** What it takes at present until an outcome is announced; falls when one was not. */
  let usualMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let drained = false;

  // While it cannot be subscribed PostgreSQL is asked instead.
  const subscription = keepSubscribed({
    redis: o.subscriber,
    channel: OUTCOMES_CHANNEL,
    onMessage: hear,
    logger: o.logger,
  });

  function hear(message: string): void {
    const announced = o.foreign.announcements(OUTCOMES_CHANNEL, message, (purchaseId) => waiting.has(purchaseId));
    for (const announcement of announced) {
      const { purchaseId, fingerprint } = announcement;
      const told: Waited =
        'holdInUseBy' in announcement
          ? { kind: 'hold_in_use', usedBy: announcement.holdInUseBy }
          : {
              kind: 'outcome',
              outcome: announcement.outcome,
              ...(announcement.earlier && { earlier: announcement.earlier }),
            };
      const asked = waiting.get(purchaseId);
      if (asked === undefined) continue;
      // Without a fingerprint, or with another one, it may be the outcome of another request with the same key.
      if (fingerprint !== undefined && asked.every((one) => one.fingerprint === fingerprint)) {
        for (const { sinceMs } of asked) usualMs += (Date.now() - sinceMs - usualMs) * LAST_ANNOUNCED;
        settle(purchaseId, asked, () => told);
      } else lookNow(purchaseId);
    }
  }

  function lookNow(purchaseId: string): void {
    for (const one of waiting.get(purchaseId) ?? []) one.nextLookMs = 0;
    if (!looking) void look();
  }

  async function look(): Promise<void> {
    const due = dueAt(Date.now());
    if (due.length === 0) return;
    looking = true;
    try {
      const rows = await o.findPurchases(due);
      const before = size;
      for (const row of rows) tell(row);
      // Outcomes that nobody announced: announcements are not to be relied on.
      if (size < before) usualMs /= 2;
    } catch (error) {
      o.logger.warn({ err: error, purchases: due.length }, 'could not ask PostgreSQL for outcomes; asking again');
    } finally {
      looking = false;
    }
  }

  /** The purchases to be asked about now; each one's next look is put off at the same time. */
  function dueAt(nowMs: number): string[] {
    const due: string[] = [];
    for (const [purchaseId, asked] of waiting) {
      if (!asked.some((one) => one.nextLookMs <= nowMs)) continue;
      for (const one of asked) {
        one.nextLookMs = nowMs + one.lookGapMs;
        one.lookGapMs = Math.min(one.lookGapMs * 1.5, LOOK_GAP_MAX_MS);
      }
      if (due.push(purchaseId) === MAX_LOOK) break;
    }
    return due;
  }

  function tell(row: PurchaseRow): void {
    const asked = waiting.get(row.purchaseId);
    if (asked === undefined) return;
    const { outcome } = row;
    if (outcome === null && asked.every((one) => one.fingerprint === row.fingerprint)) return;
    settle(row.purchaseId, asked, (one) => {
      if (one.fingerprint !== row.fingerprint) return { kind: 'other_request', row };
      return outcome === null ? null : { kind: 'outcome', outcome, requestId: row.requestId };
    });
  }

  /** Ends the waits of a purchase for which there is something to tell; null leaves one waiting. */
  function settle(purchaseId: string, asked: readonly Waiting[], toTell: (one: Waiting) => Waited | null): void {
    const rest: Waiting[] = [];
    for (const one of asked) {
      const waited = toTell(one);
      if (waited === null) {
        rest.push(one);
        continue;
      }
      size--;
      one.resolve(waited);
    }
    if (rest.length === 0) waiting.delete(purchaseId);
    else waiting.set(purchaseId, rest);
  }

  function tick(): void {
    const nowMs = Date.now();
    for (const [purchaseId, asked] of waiting) {
      if (asked.some((one) => one.untilMs <= nowMs)) {
        settle(purchaseId, asked, (one) => (one.untilMs <= nowMs ? { kind: 'open' } : null));
      }
    }
    if (size === 0) {
      clearInterval(timer);
      timer = undefined;
    } else if (!looking) void look();
  }

  /** Before the wait is over in any case, unless it is very short. */
  function firstLookMs(limitMs: number): number {
    const lateMs = Math.min(LATE * usualMs, FIRST_LOOK_MAX_MS, limitMs / 2);
    return Math.max(FIRST_LOOK_MIN_MS, lateMs);
  }

  function wait(purchaseId: string, fingerprint: string, limitMs: number): Wait {
    if (drained) return { ended: Promise.resolve({ kind: 'open' }), cancel: () => undefined };
    const nowMs = Date.now();
    let one: Waiting | undefined;
    const ended = new Promise<Waited>((resolve) => {
      one = {
        fingerprint,
        resolve,
        sinceMs: nowMs,
        untilMs: nowMs + limitMs,
        nextLookMs: nowMs + firstLookMs(limitMs),
        lookGapMs: LOOK_GAP_MIN_MS,
      };
      const asked = waiting.get(purchaseId);
      if (asked === undefined) waiting.set(purchaseId, [one]);
      else asked.push(one);
    });
    size++;
    timer ??= setInterval(tick, TICK_MS);
    const cancel = (): void => {
      const asked = waiting.get(purchaseId);
      if (asked !== undefined) settle(purchaseId, asked, (other) => (other === one ? { kind: 'open' } : null));
    };
    return { ended, cancel };
  }

  return {
    wait,
    lookNow,
    size: () => size,
    drain: () => {
      drained = true;
      subscription.stop();
      for (const [purchaseId, asked] of waiting) settle(purchaseId, asked, () => ({ kind: 'open' }));
      clearInterval(timer);
      timer = undefined;
    },
  };
}
