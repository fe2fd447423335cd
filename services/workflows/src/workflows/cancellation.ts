import {
  formatTickets,
  mdText,
  type CancellationRefusal,
  type CancellationRequest,
  type CancellationResult,
  type Markdown,
} from '@box-office/contract';
import type { CancellationClaim, RefundedCancellation } from '@box-office/records';
import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { openAttention } from './attention.js';
import { refundedTickets, refundOf, returnCapacity } from './carrying-out.js';
import { amountInWords, openStory, type Journal } from './journal.js';
import { untilDone } from './policies.js';
import { createSteps, type Steps } from './steps.js';
import { SUMMARIES } from './summaries.js';

/**
 * Cancels a purchase or some of its tickets: the money goes back first, then the tickets are cancelled, then their
 * serials can be sold again, then it is published. Once its tickets are claimed it is carried to its end, whatever is
 * cancelled meanwhile; run again, it goes on where PostgreSQL says that it stands.
 */
export async function cancellation(request: CancellationRequest): Promise<CancellationResult> {
  const journal: Journal = openStory(headline(request), 'open', remarks(request));
  const steps = createSteps(journal, openAttention(journal));
  return CancellationScope.nonCancellable(async () => {
    const result = await carryThrough(request, steps, journal);
    journal.status(result.kind);
    await condition(allHandlersFinished);
    return result;
  });
}

async function carryThrough(request: CancellationRequest, steps: Steps, journal: Journal): Promise<CancellationResult> {
  const { purchaseId } = request;
  const claim = await claimWhenDecided(request, steps, journal);
  if (claim.kind === 'refused') {
    journal.tell(mdText`Nothing is cancelled: ${inWords(claim.refusal)}.`);
    return { kind: 'refused', ...claim.refusal };
  }
  const { cancellation } = claim;
  const { cancellationId, tickets, amountMinor, currency } = cancellation;
  if (tickets.length === 0) {
    journal.tell(mdText`The purchase was **undone** before it had tickets: nothing is to be refunded.`);
    return { kind: 'cancelled', tickets, refundedMinor: 0 };
  }
  journal.amount({ amountMinor, currency });
  journal.tell(mdText`It concerns ${formatTickets(tickets)}: ${amountInWords({ amountMinor, currency })}.`);
  let { refundedMinor } = cancellation.refunds;
  if (cancellation.status !== 'cancelled') {
    // Nothing comes back where an operator skipped it.
    const refunded: RefundedCancellation | undefined = await steps.durably(
      [purchaseId],
      'refund',
      refundOf(cancellation),
    );
    if (refunded) refundedMinor = amountMinor;
    journal.tell(refunded ? mdText`The money is back with the buyer.` : mdText`The refund is left to an operator.`);
    await steps.durably([purchaseId], 'completeCancellations', refundedTickets(cancellation, refunded));
    journal.tell(mdText`The tickets are **cancelled**.`);
  }
  await returnCapacity(steps, [purchaseId], [cancellationId]);
  journal.tell(mdText`They can be sold again, and it is published.`);
  return { kind: 'cancelled', tickets, refundedMinor };
}

/** Claims the tickets; of a purchase that is still under way, and was told to stop, when it has its outcome. */
async function claimWhenDecided(
  request: CancellationRequest,
  steps: Steps,
  journal: Journal,
): Promise<Exclude<CancellationClaim, { kind: 'waiting' }>> {
  for (;;) {
    const [claim] = await steps.durably([request.purchaseId], 'claimCancellations', [request]);
    if (!claim) throw new Error('the claim of a cancellation was not answered');
    if (claim.kind !== 'waiting') return claim;
    journal.tell(mdText`The purchase is still under way and was told to stop. This waits until it has its outcome.`);
    await untilDone.awaitOutcome.executeWithOptions({ summary: SUMMARIES.awaitOutcome }, [request.purchaseId]);
  }
}

function headline({ purchaseId, tickets, requestedBy, byOperator }: CancellationRequest): Markdown {
  const who = byOperator ? mdText`Operator ${requestedBy}` : mdText`Buyer ${requestedBy}`;
  const what = tickets ? mdText`${tickets.length} tickets of` : mdText`all of`;
  return mdText`### ${who} cancels ${what} purchase ${purchaseId}`;
}

/** What was given as the reason stands apart from what this workflow tells. */
function remarks({ byOperator, reason }: CancellationRequest): Markdown[] {
  if (reason === '') return [];
  return [byOperator ? mdText`Operator's reason: ${reason}` : mdText`Buyer's reason: ${reason}`];
}

function inWords(refusal: CancellationRefusal): string {
  const reason = refusal.reason.replaceAll('_', ' ');
  return refusal.reason === 'too_late' ? `${reason}, it was possible until ${refusal.until}` : reason;
}
