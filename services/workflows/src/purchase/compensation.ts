import { mdText, unknownState, type PurchaseOutcome } from '@box-office/contract';
import { CancellationScope } from '@temporalio/workflow';
import { claimedAt, isPaid, paymentOf } from './activity-inputs.js';
import type { PurchaseInProgress } from './purchase-list.js';
import type { PurchaseRun } from './purchase-run.js';

/**
 * Takes a purchase off the list and undoes it beside the others, which continue. The decision is recorded first, with the
 * outcome that will stand; the compensations follow in the reverse order of their steps, each retried until it is done,
 * even if the workflow is cancelled.
 */
export function compensate(run: PurchaseRun, purchase: PurchaseInProgress, outcome: PurchaseOutcome): void {
  run.list.remove(purchase.order.purchaseId);
  run.background.push(CancellationScope.nonCancellable(() => undo(run, purchase, outcome)));
}

async function undo(run: PurchaseRun, purchase: PurchaseInProgress, outcome: PurchaseOutcome): Promise<void> {
  const { activities, list } = run;
  const { order, toUndo } = purchase;
  const { purchaseId, eventId } = order;
  const ids = [purchaseId];
  const at = claimedAt(purchase);
  const authorisationId = purchase.authorisationId ?? null;

  const decision = await activities.withDurableRetries(ids, 'decideToUndo', { ...at, outcome, authorisationId });
  switch (decision.kind) {
    case 'superseded':
      return list.continueElsewhere(purchaseId);
    case 'finished':
      return list.finish(purchaseId, decision.outcome);
    case 'undoing':
      break;
    default:
      unknownState('an undone purchase', decision);
  }
  run.logOf(purchase, mdText`is being undone: ${inWords(decision.outcome)}.`);
  if (toUndo.has('payment') && isPaid(purchase)) {
    const payment = { ...paymentOf(purchase), authorisationId: decision.authorisationId };
    const result: string | undefined = await activities.withDurableRetries(ids, 'undoPayment', payment);
    // An operator who skips the step leaves it without a result.
    const kept =
      result === undefined ? mdText`has its payment left to an operator.` : mdText`keeps no money of the buyer.`;
    run.logOf(purchase, kept);
  }
  if (toUndo.has('reservation')) {
    await activities.withDurableRetries(ids, 'releaseCapacity', { ...at, eventId });
    run.logOf(purchase, mdText`has released its capacity.`);
  }
  const final = await activities.withDurableRetries(ids, 'concludeUndoing', at);
  if (!final) return list.continueElsewhere(purchaseId);
  run.logOf(purchase, mdText`is **undone**: ${inWords(final)}.`);
  list.finish(purchaseId, final);
}

function inWords(outcome: PurchaseOutcome): string {
  return outcome.kind === 'confirmed' ? outcome.kind : `${outcome.kind}, ${outcome.reason.replaceAll('_', ' ')}`;
}
