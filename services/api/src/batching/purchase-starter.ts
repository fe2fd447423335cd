import type { PurchaseOrder } from '@box-office/contract';

/** Shown in the Temporal UI; the workflow does not need it to run. */
export interface OrderLabels {
  readonly eventName: string;
}

/** An order that waits for its workflow. */
export interface OrderToStart {
  readonly order: PurchaseOrder;
  readonly labels: OrderLabels;
}

/**
 * What came of a start.
 * - `started`: Temporal has the purchase's workflow; `already` if an earlier start may have started it.
 * - `not_started`: it certainly has not, and no start is on its way. `cause`: the queue had no room, or the order was too
 *   long in it; the gateway shuts down; another request of the key is in the queue; or Temporal did not take it.
 * - `unknown`: a start was sent and may have arrived. It is sent again in the background for a while.
 */
export type StartReply =
  | { readonly kind: 'started'; readonly already: boolean }
  | { readonly kind: 'not_started'; readonly cause: NotStartedCause; readonly retryAfterS: number }
  | { readonly kind: 'unknown' };

export type NotStartedCause = 'queue_full' | 'queued_too_long' | 'shutting_down' | 'key_queued' | 'not_taken';

/** Hands purchases to their workflow, in batches under load. */
export interface PurchaseStarter {
  /**
   * Never rejects. Answers within `maxReplyMs`.
   *
   * @param ended resolves when the purchase has its outcome, or when no request waits for it any more: until then it
   *   counts as open
   */
  start(order: PurchaseOrder, labels: OrderLabels, ended: Promise<unknown>): Promise<StartReply>;
  readonly maxReplyMs: number;
  /** Orders that wait for a batch at this moment. */
  waiting(): number;
  /** Starts nothing more, and stops sending anything again. Orders that still wait are certainly not started. */
  close(): void;
}

/** Starts one workflow for a batch of at least one purchase. Starting the same batch again is always safe. */
export interface WorkflowStarter {
  /** Never rejects. Answers within `maxReplyMs`, the same for the whole batch. */
  start(batch: readonly OrderToStart[]): Promise<StartReply>;
  readonly maxReplyMs: number;
  /** Stops sending anything again. */
  close(): void;
}
