import {
  mdText,
  type PurchaseWorkflowInput,
  type PurchaseWorkflowResult,
  type PurchaseWorkflowStatus,
} from '@box-office/contract';
import { allHandlersFinished, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { goAhead, notAhead } from './ahead.js';
import { CompensationOrdered, openAttention } from './attention.js';
import { openJournal } from './journal.js';
import { leaveNotBegun } from './not-begun.js';
import { tellWhatIsAsked } from './own-cancellation.js';
import { authorise, capture } from './paying.js';
import { openList, type PurchaseList, type Standing } from './purchase-list.js';
import { finalise, persist } from './recording.js';
import { createSteps } from './steps.js';
import { reserve } from './taking-capacity.js';
import { undo } from './undo.js';
import { openWork, type Work } from './work.js';

/**
 * Sells tickets: a list of purchases, decided together, each with an outcome of its own. A lone buyer is a list of one.
 *
 * The buyer is answered as soon as a purchase is confirmed in PostgreSQL; what follows (the read models, the messages)
 * is tried until it is done. PostgreSQL decides at each step whether this run may still go on.
 */
export async function purchase({
  orders,
  handOver,
  straightThrough,
}: PurchaseWorkflowInput): Promise<PurchaseWorkflowResult> {
  const journal = openJournal(orders);
  tellWhatIsAsked(journal);
  const steps = createSteps(journal, openAttention(journal));

  const purchaseIds = orders.map((order) => order.purchaseId);
  const ahead = straightThrough ? await goAhead(orders, journal) : notAhead();
  // Even if it is cancelled meanwhile: only claims tell what there is to undo.
  const standings =
    ahead.standings ??
    (await CancellationScope.nonCancellable(() => steps.quickly(purchaseIds, 'claim', orders, handOver)));
  const list = openList(orders, standings);
  const work = openWork(list, steps, ahead, journal, orders.length);
  leaveNotBegun(work, orders, standings);

  try {
    goOnUndoing(work);
    while (!(await sell(work)));
  } catch (error) {
    if (!isCancellation(error)) throw error;
    journal.tell(mdText`What is not confirmed is undone: cancelled.`);
    for (const unfinished of list.underWay()) {
      // Who went ahead may have got further than was taken up.
      for (const begun of ahead.mayHave(unfinished.order.purchaseId)) unfinished.toUndo.add(begun);
      undo(work, unfinished, { kind: 'undone', reason: 'cancelled' });
    }
  }
  await CancellationScope.nonCancellable(async () => {
    await settleAndPublish(work, soldHere(list, standings));
    await Promise.all(work.undoings);
    // A purchase that turned out to be confirmed when it was to be undone.
    await settleAndPublish(work, soldHere(list, standings));
    await condition(allHandlersFinished);
  });

  const result = list.result();
  journal.status(overall(result));
  return result;
}

/**
 * Takes the steps with all that are under way, in the order in which activities/straight-through.ts takes them. False if an operator had some of them undone on the way: the others take the
 * steps again, each of which finds what it has done before.
 */
async function sell(work: Work): Promise<boolean> {
  try {
    await reserve(work);
    await authorise(work);
    await persist(work);
    await capture(work);
    await finalise(work);
    return true;
  } catch (error) {
    if (!(error instanceof CompensationOrdered)) throw error;
    for (const purchase of work.list.underWay()) {
      if (!error.purchaseIds.includes(purchase.order.purchaseId)) continue;
      work.tellOf(purchase, mdText`is undone: an operator decided so.`);
      undo(work, purchase, { kind: 'undone', reason: 'operator' });
    }
    return false;
  }
}

/** Purchases whose undoing was decided by an earlier try: they do not go forward again. */
function goOnUndoing(work: Work): void {
  for (const purchase of work.list.underWay()) {
    const { status, undoOutcome } = purchase.claim;
    if (status === 'undoing' && undoOutcome) undo(work, purchase, undoOutcome);
  }
}

/** What was sold by this workflow, in this run or in one before, and not by another. */
function soldHere(list: PurchaseList, standings: readonly Standing[]): string[] {
  const others = new Set(
    standings.flatMap((standing) => (standing.kind === 'finished' && !standing.mine ? standing.purchaseId : [])),
  );
  return (list.result().outcomes.confirmed ?? []).filter((purchaseId) => !others.has(purchaseId));
}

/** What follows a sale. The workflow is the outbox: it does not end before the broker has confirmed. */
async function settleAndPublish(work: Work, purchaseIds: readonly string[]): Promise<void> {
  const due = purchaseIds.filter((purchaseId) => !work.published.has(purchaseId));
  if (due.length === 0) return;
  await work.steps.quickly(due, 'settle', due);
  await work.steps.quickly(due, 'publish', due);
  for (const purchaseId of due) work.published.add(purchaseId);
}

/** One word for the search attribute: the outcome that all share, or that they differ. */
function overall({ outcomes, notBegun }: PurchaseWorkflowResult): PurchaseWorkflowStatus {
  const kinds = Object.keys(outcomes) as (keyof typeof outcomes)[];
  const [only, ...more] = notBegun ? [...kinds, 'refused' as const] : kinds;
  return only && more.length === 0 ? only : 'mixed';
}
