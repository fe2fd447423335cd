import type { CancellationRequest } from '@box-office/contract';
import type { Cancellation, RefundedCancellation } from '@box-office/records';
import type { RefundRequest } from '../activities/cancelling.js';
import type { Steps } from './steps.js';

/** What the provider is asked to pay back for a cancellation. */
export function refundOf(cancellation: Cancellation): RefundRequest {
  const { cancellationId, purchaseId, paymentAttempt, authorisationId, amountMinor } = cancellation;
  return { cancellationId, purchaseId, paymentAttempt, authorisationId, amountMinor };
}

/** A cancellation whose money is back; where an operator made the refund by hand and skipped the step, without its id. */
export function refundedTickets(
  { cancellationId }: Cancellation,
  refunded: RefundedCancellation | undefined,
): RefundedCancellation[] {
  return [refunded ?? { cancellationId, refundId: null }];
}

/** What follows cancelled tickets: others can buy them, and everybody is told. Each step is tried until it is done. */
export async function returnCapacity(
  steps: Steps,
  purchaseIds: readonly string[],
  cancellationIds: readonly string[],
): Promise<void> {
  await steps.durably(purchaseIds, 'giveTicketsBack', cancellationIds);
  await steps.durably(purchaseIds, 'publishCancellations', cancellationIds);
}

/** The request of a cancellation that is on record, for a workflow that is to carry it on. */
export function requestOf(cancellation: Cancellation): CancellationRequest {
  const { cancellationId, purchaseId, eventId, userId } = cancellation;
  const { requestedBy, byOperator, reason, requestId, requestedAt } = cancellation;
  return {
    ...{ cancellationId, purchaseId, eventId, userId, requestedBy, byOperator, reason, requestId, requestedAt },
    tickets: cancellation.wantedTickets,
  };
}
