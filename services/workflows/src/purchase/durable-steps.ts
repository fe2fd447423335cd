import { mdText, unknownState, type Markdown } from '@box-office/contract';
import { CancellationScope } from '@temporalio/workflow';
import { CompensationOrdered } from '../operator/operator-intervention.js';
import { compensate } from './compensation.js';
import { startDetached } from './detach.js';
import { idsOf, type PurchaseInProgress } from './purchase-list.js';
import type { PurchaseRun } from './purchase-run.js';
import { readOutcomes, refuse, type Refusals } from './refusals.js';
import { nextOf, outcomesOf } from './step-outcomes.js';
import { indexOf, type Next, type Step, type StepName } from './steps.js';
import { waitForOutcome } from './wait-for-outcome.js';

/** How often a purchase may go back to an earlier step: once for each rebuild of the inventory that comes in between. */
const MAX_ROUNDS = 10;

/** Takes the steps of the table with all purchases that are in progress, the earliest step first, until none is left. */
export async function takeSteps(run: PurchaseRun): Promise<void> {
  for (let step = run.list.nextStep(); step; step = run.list.nextStep()) {
    try {
      await takeStep(run, step);
    } catch (error) {
      if (!(error instanceof CompensationOrdered)) throw error;
      for (const purchase of run.list.inProgress()) {
        if (!error.purchaseIds.includes(purchase.order.purchaseId)) continue;
        run.logOf(purchase, mdText`is undone: an operator decided so.`);
        compensate(run, purchase, { kind: 'undone', reason: 'operator' });
      }
    }
  }
}

/** Takes one step with the purchases that are at it, and acts on what follows for each. */
async function takeStep(run: PurchaseRun, step: Step<StepName>): Promise<void> {
  const purchases: PurchaseInProgress[] = [];
  for (const purchase of run.list.inProgress().filter(({ at }) => at === indexOf(step.name))) {
    if (step.isNeeded(purchase)) purchases.push(purchase);
    else purchase.at += 1;
  }
  if (purchases.length === 0) return;
  const untouched = new Set(purchases.filter(({ toUndo }) => toUndo.size === 0));
  if (step.undo) for (const { toUndo } of purchases) toUndo.add(step.undo);

  const followUps: FollowUps = { refusals: new Map(), finished: [], rebuilds: new Map() };
  for (const [purchase, next] of await decide(run, step, purchases)) {
    follow(run, purchase, next, untouched.has(purchase), followUps);
  }
  await refuse(run, followUps.refusals);
  await readOutcomes(run, followUps.finished);
  const { rebuilds } = followUps;
  if (rebuilds.size === 0) return;
  await run.activities.withFastRetries(idsOf([...rebuilds.keys()]), 'rebuildInventories', [...rebuilds.values()]);
}

/** What follows for each purchase. Those whose outcome is not known in time leave a batch; a lone one waits. */
async function decide(
  run: PurchaseRun,
  step: Step<StepName>,
  purchases: readonly PurchaseInProgress[],
): Promise<Map<PurchaseInProgress, Next>> {
  const decided = new Map<PurchaseInProgress, Next>();
  const outcomes = await outcomesOf(run, step, purchases);
  for (const [index, purchase] of purchases.entries()) {
    const outcome = outcomes[index];
    // An unplanned answer fails the workflow task and undoes nothing.
    if (outcome === undefined)
      throw new Error(`${step.name} gave no outcome for purchase ${purchase.order.purchaseId}`);
    const next = nextOf(run, step, purchase, outcome);
    if (next.kind !== 'detach' && next.kind !== 'await_buyer') {
      decided.set(purchase, next);
      continue;
    }
    const waits =
      next.kind === 'detach'
        ? mdText`waits for the payment provider (${next.cause})`
        : mdText`waits for its buyer to authenticate, until ${new Date(next.untilMs).toISOString()}`;
    if (run.size > 1) await detach(run, purchase, waits);
    else {
      run.logOf(purchase, mdText`${waits}.`);
      decided.set(purchase, await waitForOutcome(run, step, purchase, next));
    }
  }
  return decided;
}

interface FollowUps {
  readonly refusals: Refusals;
  readonly finished: PurchaseInProgress[];
  readonly rebuilds: Map<PurchaseInProgress, { readonly eventId: string; readonly seen: number }>;
}

/** Does what follows at once, and collects what is done for all purchases together. */
function follow(
  run: PurchaseRun,
  purchase: PurchaseInProgress,
  next: Next,
  isUntouched: boolean,
  followUps: FollowUps,
): void {
  const { purchaseId } = purchase.order;
  switch (next.kind) {
    case 'continue':
      Object.assign(purchase, next.with);
      purchase.at += 1;
      break;
    case 'confirmed':
      run.list.finish(purchaseId, next.outcome);
      break;
    case 'refuse':
      if (isUntouched) followUps.refusals.set(purchase, next.refusal);
      else compensate(run, purchase, { kind: 'refused', ...next.refusal });
      break;
    case 'compensate':
      if (next.without) purchase.toUndo.delete(next.without);
      compensate(run, purchase, next.outcome);
      break;
    case 'retry_from':
      purchase.rounds += 1;
      if (purchase.rounds > MAX_ROUNDS) throw new Error(`no stable inventory after ${MAX_ROUNDS} rounds`);
      Object.assign(purchase, next.with);
      purchase.at = indexOf(next.step);
      if (next.rebuild) followUps.rebuilds.set(purchase, next.rebuild);
      break;
    case 'superseded':
      run.list.continueElsewhere(purchaseId);
      break;
    case 'read_outcome':
      followUps.finished.push(purchase);
      break;
    case 'detach':
    case 'await_buyer':
      throw new Error(`purchase ${purchaseId} is to be detached after its outcome is known`);
    default:
      unknownState('what follows a step', next);
  }
}

/** Lets a purchase continue in a workflow of its own, so that the batch does not wait for its payment. */
async function detach(run: PurchaseRun, purchase: PurchaseInProgress, waits: Markdown): Promise<void> {
  // A cancellation may arrive between the starts of two workflows: those that have left continue, the others are undone.
  const scope = CancellationScope.current();
  if (scope.consideredCancelled) await scope.cancelRequested;
  run.logOf(purchase, mdText`${waits} and continues in a workflow of its own.`);
  await startDetached(purchase);
  run.list.continueElsewhere(purchase.order.purchaseId);
}
