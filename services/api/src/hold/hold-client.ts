import type { Hold, HoldOrder } from '@box-office/contract';
import type { OrderLabels } from '../batching/purchase-starter.js';

/**
 * What came of a call to a hold's workflow.
 * - `answered`: the hold as the workflow knows it;
 * - `ended`: the workflow has ended, and PostgreSQL knows the hold;
 * - `not_sent`: the call certainly did not arrive;
 * - `unknown`: it may have arrived; the same call again is safe.
 */
export type HoldCall =
  | { readonly kind: 'answered'; readonly hold: Hold }
  | { readonly kind: 'ended' }
  | { readonly kind: 'not_sent'; readonly retryAfterS: number }
  | { readonly kind: 'unknown' };

/** Starts and updates the workflows of holds. Every call may be repeated. */
export interface HoldClient {
  /** Starts the workflow, unless it runs already, and answers once the hold is taken or refused. Never rejects. */
  take(order: HoldOrder, labels: OrderLabels): Promise<HoldCall>;
  /**
   * Releases a hold and answers with its state. A workflow that was lost is started again for it. Never rejects.
   */
  release(hold: Hold, o: { readonly requestedBy: string; readonly requestId: string }): Promise<HoldCall>;
  readonly maxReplyMs: number;
}
