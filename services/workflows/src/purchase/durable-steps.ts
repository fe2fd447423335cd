import { mdText, unknownState, type Markdown, type PurchaseOutcome, type PurchaseRefusal } from '@box-office/contract';
import { CancellationScope } from '@temporalio/workflow';
import { CompensationOrdered, PaymentCorrected } from '../operator/operator-intervention.js';
import { claimedAt, paymentOf } from './activity-inputs.js';
import { awaitBuyer } from './await-buyer.js';
import { compensate } from './compensation.js';
import { startDetached } from './detach.js';
import { idsOf, type PurchaseInProgress } from './purchase-list.js';
import type { PurchaseRun } from './purchase-run.js';
import { indexOf, UNDOS, type Next, type OutcomeOf, type Step, type StepName } from './steps.js';

/** How often a purchase may go back to an earlier step: once for each rebuild of the inventory that comes in between. */
const MAX_ROUNDS = 10;

type Refusals = Map<PurchaseInProgress, PurchaseRefusal>;

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

  const followUps: FollowUps = { refusals: new Map(), finished: [], rebuilds: [] };
  for (const [purchase, next] of await decide(run, step, purchases)) {
    follow(run, purchase, next, untouched.has(purchase), followUps);
  }
  await refuse(run, followUps.refusals);
  await readOutcomes(run, followUps.finished);
  const { rebuilds } = followUps;
  if (rebuilds.length > 0) await run.activities.withFastRetries(idsOf(purchases), 'rebuildInventories', rebuilds);
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
      decided.set(purchase, await waitAlone(run, step, purchase, next));
    }
  }
  return decided;
}

function waitAlone(
  run: PurchaseRun,
  step: Step<StepName>,
  purchase: PurchaseInProgress,
  next: Extract<Next, { kind: 'detach' | 'await_buyer' }>,
): Promise<Next> {
  if (next.kind === 'detach') return waitForOutcome(run, step, purchase);
  return awaitBuyer(run, next.untilMs, async () => {
    const [outcome] = await outcomesOf(run, step, [purchase]);
    if (outcome === undefined) throw new Error(`${step.name} gave no outcome`);
    const found = nextOf(run, step, purchase, outcome);
    return found.kind === 'await_buyer' ? 'still_waiting' : found;
  });
}

/** The outcomes of the fast path, and those of the step's activity for the other purchases. */
async function outcomesOf(
  run: PurchaseRun,
  step: Step<StepName>,
  purchases: readonly PurchaseInProgress[],
): Promise<(OutcomeOf<StepName> | undefined)[]> {
  const recorded = purchases.map((purchase) => {
    const outcome = purchase.recorded?.[step.name];
    // A step that has to be taken a second time is taken by its activity.
    if (purchase.recorded) delete purchase.recorded[step.name];
    return outcome;
  });
  const others = purchases.filter((_, index) => recorded[index] === undefined);
  if (others.length === 0) return recorded;
  const called = (await run.activities.step(step, others, 'soft_deadline')).values();
  return recorded.map((outcome) => outcome ?? called.next().value);
}

function nextOf(
  run: PurchaseRun,
  step: Step<StepName>,
  purchase: PurchaseInProgress,
  outcome: OutcomeOf<StepName>,
): Next {
  const line = step.describe(purchase, outcome);
  if (line) run.logOf(purchase, line);
  return step.next(purchase, outcome);
}

interface FollowUps {
  readonly refusals: Refusals;
  readonly finished: PurchaseInProgress[];
  readonly rebuilds: { readonly eventId: string; readonly seen: number }[];
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
      if (next.rebuild) followUps.rebuilds.push(next.rebuild);
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

/** Takes the step with one purchase for as long as it takes, with another payment method if an operator names one. */
async function waitForOutcome(run: PurchaseRun, step: Step<StepName>, purchase: PurchaseInProgress): Promise<Next> {
  for (;;) {
    try {
      const [outcome] = await run.activities.step(step, [purchase], 'until_known');
      if (outcome === undefined) throw new Error(`${step.name} gave no outcome`);
      return nextOf(run, step, purchase, outcome);
    } catch (error) {
      if (!(error instanceof PaymentCorrected)) throw error;
      const next = await correctPayment(run, purchase, error.paymentMethod);
      if (next.kind !== 'continue') return next;
    }
  }
}

/** Reverses the attempt so far before the next one starts, so that no buyer is charged twice. */
async function correctPayment(run: PurchaseRun, purchase: PurchaseInProgress, method: string): Promise<Next> {
  const ids = idsOf([purchase]);
  const { attempt } = purchase.payment;
  await run.activities.withDurableRetries(ids, 'undoPayment', { ...paymentOf(purchase), authorisationId: null });
  const correction = { ...claimedAt(purchase), attempt, method };
  const corrected = await run.activities.withDurableRetries(ids, 'correctPayment', correction);
  switch (corrected) {
    case 'corrected':
      // The next attempt counts only because its row counts it.
      purchase.payment = { attempt: attempt + 1, method };
      return { kind: 'continue' };
    case 'superseded':
      return { kind: 'superseded' };
    case 'undoing':
      return { kind: 'compensate', outcome: { kind: 'undone', reason: 'cancelled' } };
    case 'finished':
      return { kind: 'read_outcome' };
    default:
      return unknownState('a corrected payment', corrected);
  }
}

/** Records the refusals of purchases that have taken nothing. */
async function refuse(run: PurchaseRun, refusals: Refusals): Promise<void> {
  if (refusals.size === 0) return;
  const refused = [...refusals];
  const requests = refused.map(([purchase, refusal]) => {
    const { claim, order } = purchase;
    return { ...claimedAt(purchase), version: claim.version, fingerprint: order.fingerprint, refusal };
  });
  const results = await run.activities.withFastRetries(idsOf([...refusals.keys()]), 'refuse', requests);
  const finished: PurchaseInProgress[] = [];
  for (const [index, [purchase, refusal]] of refused.entries()) {
    const { purchaseId } = purchase.order;
    const result = results[index];
    if (!result) throw new Error(`the refusal of purchase ${purchaseId} was not answered`);
    switch (result) {
      case 'refused':
        run.list.finish(purchaseId, { kind: 'refused' });
        break;
      case 'undoing':
        compensateEverything(run, purchase, { kind: 'refused', ...refusal });
        break;
      case 'superseded':
        run.list.continueElsewhere(purchaseId);
        break;
      case 'finished':
        finished.push(purchase);
        break;
      default:
        unknownState(`the refusal of purchase ${purchaseId}`, result);
    }
  }
  await readOutcomes(run, finished);
}

/** Purchases that an earlier attempt of this run, given up as lost, brought to their outcome, or was undoing. */
async function readOutcomes(run: PurchaseRun, finished: readonly PurchaseInProgress[]): Promise<void> {
  if (finished.length === 0) return;
  const orders = finished.map(({ order }) => order);
  const claims = await run.activities.withFastRetries(idsOf(finished), 'claim', orders);
  for (const [index, purchase] of finished.entries()) {
    const { purchaseId } = purchase.order;
    const claim = claims[index];
    if (claim?.kind === 'finished' && claim.mine) run.list.finish(purchaseId, claim.outcome);
    else if (claim?.kind === 'finished' || claim?.kind === 'elsewhere') run.list.continueElsewhere(purchaseId);
    else if (claim?.kind === 'mine' && claim.undoOutcome) compensateEverything(run, purchase, claim.undoOutcome);
    else throw new Error(`purchase ${purchaseId} has its outcome, and its claim is ${claim?.kind ?? 'missing'}`);
  }
}

/** An earlier attempt of this run may have taken any step. */
function compensateEverything(run: PurchaseRun, purchase: PurchaseInProgress, outcome: PurchaseOutcome): void {
  for (const undo of UNDOS) purchase.toUndo.add(undo);
  compensate(run, purchase, outcome);
}
