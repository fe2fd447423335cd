import {
  formatTickets,
  inWords,
  mdText,
  type CancellationRefusal,
  type CancellationRequest,
  type CancellationResult,
  type Markdown,
  type PurchaseWorkflowStatus,
} from '@box-office/contract';
import type { CancellationClaim, RefundedCancellation } from '@box-office/database';
import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { openOperatorIntervention } from '../operator/operator-intervention.js';
import { refundOf, returnCapacity } from './cancellation-steps.js';
import { formatAmount, openWorkflowLog, type WorkflowLog } from '../operator/workflow-log.js';
import { unlimitedRetryActivities } from '../retry-policies.js';
import { createActivityCalls, type ActivityCalls } from '../activity-retries.js';

type Log = WorkflowLog<PurchaseWorkflowStatus>;

/**
 * Cancels a purchase or some of its tickets: the money is refunded first, then the tickets are cancelled, then their
 * serials can be sold again, then the messages are published. Once it has claimed its tickets it always completes, even if
 * the workflow is cancelled; run again, it continues where PostgreSQL says that it stopped.
 */
export async function cancellation(request: CancellationRequest): Promise<CancellationResult> {
  const log: Log = openWorkflowLog(titleOf(request), 'open', remarksOf(request));
  const activities = createActivityCalls(log, openOperatorIntervention(log));
  return CancellationScope.nonCancellable(async () => {
    const result = await cancelTickets(request, activities, log);
    log.status(result.kind);
    await condition(allHandlersFinished);
    return result;
  });
}

async function cancelTickets(
  request: CancellationRequest,
  activities: ActivityCalls,
  log: Log,
): Promise<CancellationResult> {
  const { purchaseId } = request;
  const claim = await claimWhenDecided(request, activities, log);
  if (claim.kind === 'refused') {
    log.append(mdText`Nothing is cancelled: ${describeRefusal(claim.refusal)}.`);
    return { kind: 'refused', ...claim.refusal };
  }
  const { cancellation } = claim;
  const { cancellationId, tickets, amountMinor, currency } = cancellation;
  if (tickets.length === 0) {
    log.append(mdText`The purchase was **undone** before it had tickets: nothing is to be refunded.`);
    return { kind: 'cancelled', tickets };
  }
  log.amount({ amountMinor, currency });
  log.append(mdText`It concerns ${formatTickets(tickets)}: ${formatAmount({ amountMinor, currency })}.`);
  if (cancellation.status !== 'cancelled') {
    // Nothing comes back where an operator skipped it.
    const refunded: RefundedCancellation | undefined = await activities.withDurableRetries(
      [purchaseId],
      'refund',
      refundOf(cancellation),
    );
    log.append(inWordsOfRefund(refunded));
    // Where an operator made the refund by hand and skipped the step, its id is not known.
    const done = refunded ?? { cancellationId, refundId: null };
    await activities.withDurableRetries([purchaseId], 'completeCancellations', [done]);
    log.append(mdText`The tickets are **cancelled**.`);
  }
  await returnCapacity(activities, [purchaseId], [cancellationId]);
  log.append(mdText`They can be sold again, and the messages are published.`);
  return { kind: 'cancelled', tickets };
}

function inWordsOfRefund(refunded: RefundedCancellation | undefined): Markdown {
  if (refunded === undefined) return mdText`The refund is left to an operator.`;
  const { returnedBy } = refunded;
  return returnedBy === undefined
    ? mdText`The money is refunded.`
    : mdText`The money went back outside of Box Office, by ${returnedBy}: nothing more is refunded.`;
}

/** Claims the tickets. A purchase in progress is asked to stop first, and waited for until it has its outcome. */
async function claimWhenDecided(
  request: CancellationRequest,
  activities: ActivityCalls,
  log: Log,
): Promise<Exclude<CancellationClaim, { kind: 'waiting' }>> {
  for (;;) {
    const [claim] = await activities.withDurableRetries([request.purchaseId], 'claimCancellations', [request]);
    if (!claim) throw new Error('the claim of a cancellation was not answered');
    if (claim.kind !== 'waiting') return claim;
    log.append(mdText`The purchase is in progress and was asked to stop. This waits until it has its outcome.`);
    await unlimitedRetryActivities.awaitOutcome(request.purchaseId);
  }
}

function titleOf({ purchaseId, tickets, requestedBy, byOperator }: CancellationRequest): Markdown {
  const who = byOperator ? mdText`Operator ${requestedBy}` : mdText`Buyer ${requestedBy}`;
  const what = tickets ? mdText`${tickets.length} tickets of` : mdText`all of`;
  return mdText`### ${who} cancels ${what} purchase ${purchaseId}`;
}

/** The reason is free text: it stands apart from what the workflow logs. */
function remarksOf({ byOperator, reason }: CancellationRequest): Markdown[] {
  if (reason === '') return [];
  return [byOperator ? mdText`Operator's reason: ${reason}` : mdText`Buyer's reason: ${reason}`];
}

function describeRefusal(refusal: CancellationRefusal): string {
  const reason = inWords(refusal.reason);
  return refusal.reason === 'too_late' ? `${reason}, it was possible until ${refusal.until}` : reason;
}
