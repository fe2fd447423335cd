import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationRequest } from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { findCancellations, findPurchases } from '@box-office/database';
import { checkPaymentsOf } from '../checking/check-payments.js';
import type { ReconciliationDeps } from '../deps.js';
import type { Repair } from '../discrepancy.js';
import { startCancellation } from '../recovering/recover-cancellations.js';
import { gone, handedOver, repaired, type RepairResult } from './repair-result.js';

type CancelTickets = Extract<Repair, { kind: 'cancel_tickets' }>;

/** By whom the cancellation was requested, as an operator's name would say. */
const REQUESTED_BY = 'reconciliation';
/** How long to wait until the cancellation has its tickets. */
const CLAIM_TIMEOUT_MS = 10_000;
const CLAIM_CHECK_INTERVAL_MS = 200;

/**
 * Cancels the tickets of a payment that went back to the buyer outside of Box Office, with the workflow of every
 * cancellation, which refunds nothing because the request says by what the money went back. Compares once more before it does.
 *
 * @throws Error if the cancellation has not begun: the finding stays as it is, and the next run repairs it
 */
export async function cancelTickets(
  deps: ReconciliationDeps,
  { purchaseId }: CancelTickets,
  findingId: string,
): Promise<RepairResult> {
  const current = (await checkPaymentsOf(deps, [{ purchaseId, authorisationIds: [] }]))
    .map(({ repair }) => repair)
    .find((repair) => repair.kind === 'cancel_tickets');
  const [purchase] = await findPurchases(deps.pool, [purchaseId]);
  if (!current || !purchase) return gone;
  const returnedBy = current.dispute ?? (await deps.payments.readReturned(current.authorisationId)).lastRefundId;
  if (returnedBy === null) return handedOver('an operator has to find the refund at the provider: it lists none');
  const request: CancellationRequest = {
    cancellationId: cancellationIdOf(purchaseId, null),
    purchaseId,
    tickets: null,
    eventId: purchase.eventId,
    userId: purchase.userId,
    requestedBy: REQUESTED_BY,
    byOperator: true,
    requestId: findingId,
    returnedBy,
    reason: 'The payment went back to the buyer outside of Box Office.',
    requestedAt: new Date().toISOString(),
  };
  await startCancellation(deps, request, 'its payment went back to the buyer');
  for (const until = Date.now() + CLAIM_TIMEOUT_MS; ; await sleep(CLAIM_CHECK_INTERVAL_MS)) {
    const [cancellation] = await findCancellations(deps.pool, [request.cancellationId]);
    // The buyer's own cancellation began first, and refunds by itself: the next run compares again.
    if (cancellation && cancellation.returnedBy !== returnedBy) return gone;
    if (cancellation) break;
    if (Date.now() > until) throw new Error(`the cancellation ${request.cancellationId} has not begun yet`);
  }
  return repaired(`the tickets are being cancelled without another refund: ${returnedBy} returned the money`);
}
