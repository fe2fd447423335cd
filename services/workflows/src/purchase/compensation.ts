import { inWords, mdText, unknownState, type PurchaseOutcome } from '@box-office/contract';
import type { PurchaseAtEpoch } from '@box-office/database';
import { CancellationScope } from '@temporalio/workflow';
import { claimedAt, isPaid, paymentOf } from './activity-inputs.js';
import type { PurchaseInProgress } from './purchase-list.js';
import type { PurchaseRun } from './purchase-run.js';
import { UNDOS, type Undo } from './steps.js';

/**
 * Takes a purchase off the list and undoes it beside the others, which continue. The decision is recorded first, with the
 * outcome that will stand; the compensations follow in the reverse order of their steps, each retried until it is done,
 * even if the workflow is cancelled.
 */
export function compensate(run: PurchaseRun, purchase: PurchaseInProgress, outcome: PurchaseOutcome): void {
  run.list.remove(purchase.order.purchaseId);
  run.background.push(CancellationScope.nonCancellable(() => undoPurchase(run, purchase, outcome)));
}

/** A purchase of which PostgreSQL has decided that it is undone. */
interface Undoing {
  readonly run: PurchaseRun;
  readonly purchase: PurchaseInProgress;
  readonly ids: readonly string[];
  readonly at: PurchaseAtEpoch;
  readonly authorisationId: string | null;
}

const COMPENSATIONS: Readonly<Record<Undo, (undoing: Undoing) => Promise<void>>> = {
  async payment({ run, purchase, ids, authorisationId }) {
    if (!isPaid(purchase)) return;
    const payment = { ...paymentOf(purchase), authorisationId };
    const result: string | undefined = await run.activities.withDurableRetries(ids, 'undoPayment', payment);
    // An operator who skips the step leaves it without a result.
    const kept =
      result === undefined ? mdText`has its payment left to an operator.` : mdText`keeps no money of the buyer.`;
    run.logOf(purchase, kept);
  },

  async reservation({ run, purchase, ids, at }) {
    await run.activities.withDurableRetries(ids, 'releaseCapacity', { ...at, eventId: purchase.order.eventId });
    run.logOf(purchase, mdText`has released its capacity.`);
  },
};

async function undoPurchase(run: PurchaseRun, purchase: PurchaseInProgress, outcome: PurchaseOutcome): Promise<void> {
  const { activities, list } = run;
  const { order, toUndo } = purchase;
  const { purchaseId } = order;
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
  run.logOf(purchase, mdText`is being undone: ${describeOutcome(decision.outcome)}.`);
  const undoing: Undoing = { run, purchase, ids, at, authorisationId: decision.authorisationId };
  for (const undo of UNDOS.toReversed()) if (toUndo.has(undo)) await COMPENSATIONS[undo](undoing);
  const final = await activities.withDurableRetries(ids, 'concludeUndoing', at);
  if (!final) return list.continueElsewhere(purchaseId);
  run.logOf(purchase, mdText`is **undone**: ${describeOutcome(final)}.`);
  list.finish(purchaseId, final);
}

function describeOutcome(outcome: PurchaseOutcome): string {
  return outcome.kind === 'confirmed' ? outcome.kind : `${outcome.kind}, ${inWords(outcome.reason)}`;
}
