import type { PurchaseOutcome } from '@box-office/contract';
import { LRUCache } from 'lru-cache';
import type { AnswerPurchase, PurchaseReply } from './purchase-request.js';

/** Buyers with declined payments that are remembered at once. */
const MAX_BUYERS = 20_000;
/** Purchases without an outcome that are remembered at once. */
const MAX_OPEN_PURCHASES = 50_000;
/** A buyer without a decline for so long begins again at none. */
const FORGOTTEN_AFTER_MS = 60 * 60_000;
const FIRST_DELAY_S = 2;
/** More declines of one buyer make no difference: the delay has reached its limit by then. */
const MAX_COUNTED = 32;

export interface DeclineLimits {
  /** Declined payments in a row before the next purchase has to wait; 0 for no delays. */
  readonly free: number;
  readonly maxDelayS: number;
}

/** What one buyer may do to this gateway's purchases. */
export interface BuyerLimits {
  /** Purchase requests that may be open at once; 0 for no limit. */
  readonly purchasesAtOnce: number;
  readonly declines: DeclineLimits;
}

/** Makes buyers wait whose payments are declined again and again: cards are not tried out here. */
export interface Declines {
  /** One payment of the buyer was declined; counted once for each purchase. */
  note(userId: string, purchaseId: string): void;
  /** The buyer was answered before the purchase had an outcome: a decline counts as soon as this gateway learns of it. */
  expectOutcome(userId: string, purchaseId: string): void;
  expectsOutcome(purchaseId: string): boolean;
  /** The outcome of any purchase; counted if it is an expected one and a decline. */
  noteOutcome(purchaseId: string, outcome: PurchaseOutcome): void;
  /** Seconds that the buyer's next purchase has to wait, 0 if it may go. */
  waitS(userId: string): number;
}

/**
 * The delay doubles with each decline from `free` on, up to `maxDelayS`. Counted in this process: it costs no round trip, and
 * a buyer who comes to several gateways has that many attempts at each.
 */
export function createDeclines({ free, maxDelayS }: DeclineLimits): Declines {
  const buyers = new LRUCache<string, { readonly purchases: Set<string>; untilMs: number }>({
    max: MAX_BUYERS,
    ttl: Math.max(FORGOTTEN_AFTER_MS, maxDelayS * 1_000),
  });
  /** The buyers of purchases without an outcome. */
  const open = new LRUCache<string, string>({ max: MAX_OPEN_PURCHASES });

  function note(userId: string, purchaseId: string): void {
    if (free === 0) return;
    const { purchases } = buyers.get(userId) ?? { purchases: new Set<string>() };
    if (purchases.has(purchaseId)) return;
    if (purchases.size < MAX_COUNTED) purchases.add(purchaseId);
    const above = purchases.size - free;
    const delayS = above < 0 ? 0 : Math.min(FIRST_DELAY_S * 2 ** above, maxDelayS);
    buyers.set(userId, { purchases, untilMs: Date.now() + delayS * 1_000 });
  }

  return {
    note,
    expectOutcome(userId, purchaseId) {
      if (free !== 0) open.set(purchaseId, userId);
    },
    expectsOutcome: (purchaseId) => open.has(purchaseId),
    noteOutcome(purchaseId, outcome) {
      const userId = open.get(purchaseId);
      if (userId === undefined) return;
      open.delete(purchaseId);
      if (outcome.kind === 'declined') note(userId, purchaseId);
    },
    waitS(userId) {
      const untilMs = buyers.get(userId)?.untilMs ?? 0;
      return Math.max(0, Math.ceil((untilMs - Date.now()) / 1_000));
    },
  };
}

/** Refuses requests of a buyer who has `max` open at this gateway already; 0 for no limit. */
export function limitPurchasesAtOnce(max: number, answer: AnswerPurchase): AnswerPurchase {
  if (max === 0) return answer;
  const openByBuyer = new Map<string, number>();
  return async (request) => {
    const { userId } = request;
    const open = openByBuyer.get(userId) ?? 0;
    if (open >= max) return TOO_MANY_AT_ONCE;
    openByBuyer.set(userId, open + 1);
    try {
      return await answer(request);
    } finally {
      const left = (openByBuyer.get(userId) ?? 1) - 1;
      if (left === 0) openByBuyer.delete(userId);
      else openByBuyer.set(userId, left);
    }
  };
}

const TOO_MANY_AT_ONCE: PurchaseReply = {
  kind: 'limited',
  detail: 'Too many purchases of this buyer are open at once.',
  retryAfterS: 1,
};
