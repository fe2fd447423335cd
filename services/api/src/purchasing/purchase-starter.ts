import type { PurchaseOrder } from '@box-office/contract';

/** What people will read of a purchase in the Temporal UI and what its workflow does not need to run. */
export interface OrderLabels {
  readonly eventName: string;
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

/**
 * Hands purchases to their workflow, one by one or gathered in groups. Starting the same order again is always safe:
 * the same workflow id and payload.
 */
export interface PurchaseStarter {
  /** Never rejects. Answers within `longestReplyMs`. */
  start(order: PurchaseOrder, labels: OrderLabels): Promise<StartReply>;
  readonly longestReplyMs: number;
  /** Stops sending anything again. */
  close(): void;
}
