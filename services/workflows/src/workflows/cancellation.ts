import type { CancellationRefusal, CancellationRequest, CancellationResult } from '@box-office/contract';
import type { CancellationClaim } from '@box-office/records';
import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { openAttention } from './attention.js';
import { refundedTickets, refundOf, returnCapacity } from './carrying-out.js';
import { openStory, type Journal } from './journal.js';
import { untilDone } from './policies.js';
import { createSteps, type Steps } from './steps.js';
import { SUMMARIES } from './summaries.js';

/**
 * Cancels a purchase or some of its tickets: the money goes back first, then the tickets are cancelled, then their
 * serials can be sold again, then it is published. Once its tickets are claimed it is carried to its end, whatever is
 * cancelled meanwhile; run again, it goes on where PostgreSQL says that it stands.
 */
export async function cancellation(request: CancellationRequest): Promise<CancellationResult> {
  const journal: Journal = openStory(headline(request), 'open');
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
    journal.tell(`Nothing is cancelled: ${inWords(claim.refusal)}.`);
    return { kind: 'refused', ...claim.refusal };
  }
  const { cancellation } = claim;
  const { cancellationId, tickets, amountMinor, currency } = cancellation;
  if (tickets.length === 0) {
    journal.tell('The purchase was **undone** before it had tickets: nothing is to be refunded.');
    return { kind: 'cancelled', tickets, refundedMinor: 0 };
  }
  const serials = tickets.map((ticket) => `${ticket.ticketType} ${ticket.serial}`).join(', ');
  journal.tell(`It concerns ${serials}: ${amountMinor} (minor units of ${currency}).`);
  if (cancellation.status !== 'cancelled') {
    const refunded = await steps.durably([purchaseId], 'refund', refundOf(cancellation));
    journal.tell('The money is back with the buyer.');
    await steps.durably([purchaseId], 'completeCancellations', refundedTickets(cancellation, refunded));
    journal.tell('The tickets are **cancelled**.');
  }
  await returnCapacity(steps, [purchaseId], [cancellationId]);
  journal.tell('They can be sold again, and it is published.');
  return { kind: 'cancelled', tickets, refundedMinor: amountMinor };
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
    journal.tell('The purchase is still under way and was told to stop.');
    await untilDone.awaitOutcome.executeWithOptions({ summary: SUMMARIES.awaitOutcome }, [request.purchaseId]);
  }
}

function headline({ purchaseId, tickets, requestedBy, byOperator, reason }: CancellationRequest): string {
  const who = `${byOperator ? 'Operator ' : ''}${requestedBy}`;
  const what = tickets ? `${tickets.length} tickets of` : 'all of';
  return `### ${who} cancels ${what} purchase \`${purchaseId}\`${reason === '' ? '' : `\n\n${reason}`}`;
}

function inWords(refusal: CancellationRefusal): string {
  const reason = refusal.reason.replaceAll('_', ' ');
  return refusal.reason === 'too_late' ? `${reason}, it was possible until ${refusal.until}` : reason;
}
