import type { NextAction, PurchaseAnswer } from './orders.js';

/** How long an idempotency key is remembered in Redis. PostgreSQL keeps the outcome of a workflow permanently. */
export const IDEMPOTENCY_RECORD_TTL_S = 24 * 60 * 60;

/**
 * JSON at Redis `purchase:<purchase id>` and `hold:<hold id>`: what the gateways know about an idempotency key.
 *
 * - `admitted`: one gateway decides about the request until `deadlineMs` (epoch ms), and may have sent a start. After the
 *   deadline any gateway may take over, by compare-and-set. It has the `request` if a start had been sent before.
 * - `sent`: a start was sent at `sentMs` (epoch ms) and may not have arrived. The next request sends the same start again;
 *   so does a read after a minute, with `request`, the request as the gateways keep it. A cancellation keeps none.
 *   A request with another body does as a read does. Where no request is kept, in `admitted` or `sent`, it takes over.
 * - `started`: Temporal has the workflow since `startedMs` (epoch ms); its outcome will be in PostgreSQL. If nothing has
 *   claimed the purchase some seconds later, the next request sends the start again: the workflow may be terminated.
 * - `done`: the final outcome. It is written unconditionally by the process that learns it: it cannot change.
 */
export type IdempotencyRecord<Outcome> = {
  readonly fingerprint: string;
  readonly userId: string;
  readonly eventId: string;
} & (
  | { readonly state: 'admitted'; readonly deadlineMs: number; readonly gateway: string; readonly request?: unknown }
  | { readonly state: 'sent'; readonly sentMs: number; readonly request?: unknown }
  | { readonly state: 'started'; readonly startedMs?: number | undefined }
  | { readonly state: 'done'; readonly outcome: Outcome }
);

/**
 * An element of the JSON array published on `purchase_outcomes` right after the outcome was committed. With its
 * fingerprint a gateway can answer at once; without it the gateway looks into PostgreSQL first.
 */
export interface OutcomeNotification extends PurchaseAnswer {
  readonly fingerprint?: string;
  /** The purchase had its outcome before the start that is answered now: waiting requests repeat an earlier one. */
  readonly earlier?: true;
}

/**
 * An element of the same array about a purchase that was not begun, because another one is using the hold that it names. It has
 * no outcome and no row: its key may be used again.
 */
export interface HoldInUseNotification {
  readonly purchaseId: string;
  readonly fingerprint: string;
  readonly holdInUseBy: string;
}

/** An element of the same array about a purchase that waits for its buyer to authenticate. */
export interface NextActionNotification {
  readonly purchaseId: string;
  readonly fingerprint: string;
  readonly nextAction: NextAction;
}

export type PurchaseNotification = OutcomeNotification | HoldInUseNotification | NextActionNotification;
