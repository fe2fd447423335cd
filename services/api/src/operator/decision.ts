import type { ResolveReply, ResolveRequest } from '@box-office/contract';

/** An operator's decision about a purchase with a step that keeps failing. */
export interface Decision extends Pick<ResolveRequest, 'action' | 'operator' | 'reason' | 'paymentMethod'> {
  readonly purchaseId: string;
  /** The channel over which the operator, whose token was verified, decides. */
  readonly channel: 'api' | 'cli';
  /** The same key of the same operator decides once about a purchase. */
  readonly idempotencyKey?: string;
}

/** What the operator is told. */
export type Resolution =
  | ({ readonly kind: 'resolved' } & ResolveReply)
  | { readonly kind: 'unknown_purchase' | 'nothing_stuck' | 'key_reused' | 'unavailable' }
  | { readonly kind: 'refused'; readonly reason: string };
