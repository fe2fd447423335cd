import { mdText, unknownState, type PurchaseOutcome } from '@box-office/contract';
import { CancellationScope } from '@temporalio/workflow';
import type { PurchaseUnderWay } from './purchase-list.js';
import { claimedAt, isPaid, paymentOf } from './requests.js';
import type { Work } from './work.js';

/**
 * Takes a purchase off the list and undoes it beside the others, which go on. The decision is recorded first, with the
 * outcome that will stand; the compensations follow, each tried until it is done, whatever is cancelled meanwhile.
 */
export function undo(work: Work, purchase: PurchaseUnderWay, outcome: PurchaseOutcome): void {
  work.list.takeOff(purchase.order.purchaseId);
  work.undoings.push(CancellationScope.nonCancellable(() => compensate(work, purchase, outcome)));
}

async function compensate(work: Work, purchase: PurchaseUnderWay, outcome: PurchaseOutcome): Promise<void> {
  const { order, toUndo } = purchase;
  const { purchaseId, eventId } = order;
  const ids = [purchaseId];
  const authorisationId = purchase.authorisationId ?? null;

  const decision = await work.steps.durably(ids, 'decideToUndo', { ...claimedAt(purchase), outcome, authorisationId });
  switch (decision.kind) {
    case 'superseded':
      return work.list.leave(purchaseId);
    case 'finished':
      return work.list.answer(purchaseId, decision.outcome);
    case 'undoing':
      break;
    default:
      unknownState('an undone purchase', decision);
  }
  work.tellOf(purchase, mdText`is being undone: ${inWords(decision.outcome)}.`);
  if (toUndo.has('payment') && isPaid(purchase)) {
    const payment = { ...paymentOf(purchase), authorisationId: decision.authorisationId };
    const result: string | undefined = await work.steps.durably(ids, 'undoPayment', payment);
    // Nothing comes back where an operator skipped it.
    work.tellOf(
      purchase,
      result === undefined ? mdText`has its payment left to an operator.` : mdText`keeps no money of the buyer.`,
    );
  }
  if (toUndo.has('hold')) {
    await work.steps.durably(ids, 'giveCapacityBack', { ...claimedAt(purchase), eventId });
    work.tellOf(purchase, mdText`has given its capacity back.`);
  }
  const final = await work.steps.durably(ids, 'concludeUndoing', claimedAt(purchase));
  if (!final) return work.list.leave(purchaseId);
  work.tellOf(purchase, mdText`is **undone**: ${inWords(final)}.`);
  work.list.answer(purchaseId, final);
}

function inWords(outcome: PurchaseOutcome): string {
  return outcome.kind === 'confirmed' ? outcome.kind : `${outcome.kind}, ${outcome.reason.replaceAll('_', ' ')}`;
}
