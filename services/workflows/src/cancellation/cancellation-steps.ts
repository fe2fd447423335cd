import type { Cancellation } from '@box-office/database';
import type { ActivityCalls } from '../activity-retries.js';
import type { RefundRequest } from './refund-request.js';

/** What the provider is asked to pay back for a cancellation, if it has not done so already. */
export function refundOf(cancellation: Cancellation): RefundRequest {
  const { cancellationId, purchaseId, paymentAttempt, authorisationId, amountMinor, returnedBy } = cancellation;
  return { cancellationId, purchaseId, paymentAttempt, authorisationId, amountMinor, returnedBy };
}

/** What follows cancelled tickets: others can buy them, and the messages are published. Each step is retried until it is done. */
export async function returnCapacity(
  activities: ActivityCalls,
  purchaseIds: readonly string[],
  cancellationIds: readonly string[],
): Promise<void> {
  await activities.withDurableRetries(purchaseIds, 'returnTickets', cancellationIds);
  await activities.withDurableRetries(purchaseIds, 'publishCancellations', cancellationIds);
}
