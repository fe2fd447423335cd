import type { RefundedCancellation } from '@box-office/database';

/** What the provider is asked to pay back. Amount in minor units. */
export interface RefundRequest {
  readonly cancellationId: string;
  readonly purchaseId: string;
  readonly paymentAttempt: number;
  readonly authorisationId: string | null;
  readonly amountMinor: number;
  /** The refund or dispute by which the money went back outside of Box Office; null: it is refunded. */
  readonly returnedBy: string | null;
}

/**
 * `unknown`: the provider has not answered, or its answer does not say what happened; the same refund may be requested
 * again. `refused`: it has, and a retry will not help: an operator decides.
 */
export type RefundAnswer =
  | ({ readonly kind: 'refunded' } & RefundedCancellation)
  | { readonly kind: 'unknown' | 'refused'; readonly purchaseId: string; readonly cause: string };

/** Whether the provider is asked for a refund, and of which payment; otherwise what is known without it. */
export function decideRefund({
  cancellationId,
  purchaseId,
  authorisationId,
  amountMinor,
  returnedBy,
}: RefundRequest): RefundAnswer | { readonly kind: 'ask'; readonly authorisationId: string } {
  if (amountMinor === 0) return { kind: 'refunded', cancellationId, refundId: null };
  // By type: a field that is missing must not count as money that went back.
  if (typeof returnedBy === 'string') return { kind: 'refunded', cancellationId, refundId: returnedBy };
  if (typeof authorisationId !== 'string') {
    return { kind: 'refused', purchaseId, cause: 'there is no payment to refund' };
  }
  return { kind: 'ask', authorisationId };
}
