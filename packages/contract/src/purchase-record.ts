import type { PurchaseAnswer, PurchaseOutcome } from './orders.js';

/** How long an idempotency key is remembered in Redis. PostgreSQL remembers the outcome of a workflow for ever. */
export const PURCHASE_RECORD_TTL_S = 24 * 60 * 60;

/**
 * JSON at Redis `purchase:<purchase id>`: what the gateways know about an idempotency key.
 *
 * - `admitted`: one gateway works on it, until `deadlineMs` (epoch ms). Nothing was sent to Temporal yet, or the gateway
 *   died before it could say so. After the deadline any gateway may take over, by compare-and-set.
 * - `sent`: a start was sent and its fate is unknown. Whoever meets it sends the same start again.
 * - `started`: Temporal has the workflow since `startedMs` (epoch ms); its outcome will be in PostgreSQL. If nothing has claimed
 *   the purchase for some seconds after that, whoever meets it may send the start again: the workflow may have been terminated.
 * - `done`: the final outcome. Written by whoever learns it first, the worker included, unconditionally: it cannot change.
 */
export type PurchaseRecord = {
  readonly fingerprint: string;
  readonly userId: string;
  readonly eventId: string;
} & (
  | { readonly state: 'admitted'; readonly deadlineMs: number; readonly gateway: string }
  | { readonly state: 'sent' }
  | { readonly state: 'started'; readonly startedMs?: number | undefined }
  | { readonly state: 'done'; readonly outcome: PurchaseOutcome }
);

/**
 * An element of the JSON array published on `purchase_outcomes` right after the outcome was committed. With its
 * fingerprint a gateway can answer at once; without it the gateway looks into PostgreSQL first.
 */
export interface AnnouncedOutcome extends PurchaseAnswer {
  readonly fingerprint?: string;
  /** The purchase had its outcome before the start that is answered now: whoever waits repeats an earlier request. */
  readonly earlier?: true;
}

/**
 * An element of the same array about a purchase that was not begun, because another one is using the hold that it names. It has
 * no outcome and no row: its key may be used again.
 */
export interface AnnouncedHoldInUse {
  readonly purchaseId: string;
  readonly fingerprint: string;
  readonly holdInUseBy: string;
}

export type Announcement = AnnouncedOutcome | AnnouncedHoldInUse;
