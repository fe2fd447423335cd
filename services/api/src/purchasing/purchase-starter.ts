import type { PurchaseOrder } from '@box-office/contract';

/** What people will read of a purchase in the Temporal UI and what its workflow does not need to run. */
export interface OrderLabels {
  readonly eventName: string;
}

/** An order on its way to its workflow. */
export interface OrderToStart {
  readonly order: PurchaseOrder;
  readonly labels: OrderLabels;
}

/**
 * What came of a start.
 * - `started`: Temporal has the purchase's workflow; `already` if a start before this one may have brought it there.
 * - `not_started`: it certainly has not, and no start is on its way.
 * - `unknown`: a start was sent and may have arrived. It is sent again behind the scenes for a while.
 */
export type StartReply =
  | { readonly kind: 'started'; readonly already: boolean }
  | { readonly kind: 'not_started'; readonly cause: string; readonly retryAfterS: number }
  | { readonly kind: 'unknown'; readonly cause: string };

/** Hands purchases to their workflow, gathered in groups while others are under way. */
export interface PurchaseStarter {
  /**
   * Never rejects. Answers within `longestReplyMs`.
   *
   * @param over resolves when the purchase has its outcome, or when nobody waits for it any more: until then it counts
   *   as under way
   */
  start(order: PurchaseOrder, labels: OrderLabels, over: Promise<unknown>): Promise<StartReply>;
  readonly longestReplyMs: number;
  /** Orders that wait for a group at this moment. */
  waiting(): number;
  /** Starts nothing any more, and stops sending anything again. What still waits has certainly not been started. */
  close(): void;
}

/** Starts one workflow for a group of at least one purchase. Starting the same group again is always safe. */
export interface WorkflowStarter {
  /** Never rejects. Answers within `longestReplyMs`, the same for all of the group. */
  start(group: readonly OrderToStart[]): Promise<StartReply>;
  readonly longestReplyMs: number;
  /** Stops sending anything again. */
  close(): void;
}
