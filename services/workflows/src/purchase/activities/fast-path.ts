import type { AmountMinor, PurchaseOrder, SerialRange } from '@box-office/contract';
import { findPurchases, type Claim } from '@box-office/database';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { ActivityDeps } from '../../worker/activity-deps.js';
import type { ForwardActivities } from '../activities.js';
import { openContext, type PurchaseContext } from '../activity-inputs.js';
import { openDeadline, type Deadline } from './deadline.js';
import { publishSales, settleSales } from './settle.js';
import { argumentsOf, STEPS, type OutcomeOf, type Step, type StepName } from '../steps.js';

/** The activity ends this long before its own time limit, so that the outcomes known by then are not lost with it. */
const RETURN_RESULT_MS = 1_000;
/** Settling and publishing are waited for so long; what takes longer is left to the workflow. */
const FOLLOW_UP_MS = 1_500;

/** How far the fast path came with one purchase. */
export type FastPathResult = CompletedSteps | SoldPurchase;

/** The outcomes of the steps that were taken: a prefix of the table. */
export interface CompletedSteps {
  readonly claim: Claim;
  readonly outcomes: StepOutcomes;
  /** The sale is settled, and the broker has confirmed its messages. */
  settled?: true;
}

export type StepOutcomes = { [N in StepName]?: OutcomeOf<N> };

/** A purchase of a batch that completed all steps, in short: fifty full results would make a large history. */
interface SoldPurchase {
  readonly sold: {
    readonly items: readonly SerialRange[];
    readonly amountMinor: AmountMinor;
    readonly currency: string;
  };
}

interface Candidate {
  readonly context: PurchaseContext;
  readonly completed: CompletedSteps;
}

/**
 * All steps of fresh purchases in one activity: a workflow costs most each time that it is woken.
 *
 * It decides nothing. A purchase stops at the first outcome from which anything but `continue` follows. Where the inventory
 * of an event cannot be used, its purchases stop; where a step fails as a whole or takes too long, all purchases stop before
 * it. The workflow continues each purchase where it stopped. If this activity dies, it leaves what a worker leaves that dies
 * between two steps: each step may be taken again.
 */
export function createFastPath(deps: ActivityDeps, activities: ForwardActivities) {
  return {
    /**
     * One result per order, in their order. A purchase that was claimed before gets no further than its claim.
     *
     * @param firstRunId the first run of the workflow that calls
     */
    async fastPath(orders: readonly PurchaseOrder[], firstRunId?: string): Promise<FastPathResult[]> {
      const signal = cancellationSignal();
      // From the start of the activity, as its own time limit: the claim may have to wait for a lock.
      const deadline = openDeadline(signal, activityInfo().startToCloseTimeoutMs - RETURN_RESULT_MS);
      try {
        const claims = await deadline.wait(activities.claim(orders, undefined, firstRunId));
        const results = claims.map((claim): CompletedSteps => ({ claim, outcomes: {} }));
        try {
          const confirmed = await takeSteps(activities, deadline, candidatesOf(orders, results));
          await settleAndPublish(deps, deadline.signal, confirmed);
        } catch (error) {
          // A cancelled activity has no time to return what is known.
          signal.throwIfAborted();
          // The workflow takes the step again, and reports the cause if it fails again.
          deps.logger.info({ err: error, purchases: orders.length }, 'the fast path stopped early');
        }
        return results.length === 1 ? results : results.map(inShort);
      } finally {
        deadline.close();
      }
    },
  };
}

function candidatesOf(orders: readonly PurchaseOrder[], results: readonly CompletedSteps[]): Candidate[] {
  return orders.flatMap((order, index) => {
    const completed = results[index];
    if (completed?.claim.kind !== 'mine' || completed.claim.resumed) return [];
    return [{ context: openContext(order, completed.claim), completed }];
  });
}

/** @returns the purchases that are confirmed */
async function takeSteps(
  activities: ForwardActivities,
  deadline: Deadline,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  let continuing = candidates;
  const confirmed: Candidate[] = [];
  for (const step of STEPS) {
    const concerned = continuing.filter(({ context }) => step.isNeeded(context));
    if (concerned.length === 0) continue;
    deadline.signal.throwIfAborted();
    const outcomes = await deadline.wait(call(activities, step, concerned, deadline.signal));
    const stopped = concerned.filter(({ context, completed }, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) return true;
      Object.assign(completed.outcomes, { [step.name]: outcome });
      const next = step.next(context, outcome);
      if (next.kind === 'continue') Object.assign(context, next.with);
      if (next.kind === 'confirmed') confirmed.push({ context, completed });
      return next.kind !== 'continue';
    });
    continuing = continuing.filter((candidate) => !stopped.includes(candidate));
  }
  return confirmed;
}

function call<N extends StepName>(
  activities: ForwardActivities,
  step: Step<N>,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<readonly (OutcomeOf<N> | undefined)[]> {
  type Call = (...args: readonly unknown[]) => Promise<(OutcomeOf<N> | undefined)[]>;
  const activity = activities[step.name] as unknown as Call;
  const contexts = candidates.map(({ context }) => context);
  return activity(...argumentsOf(step, contexts, 'fast_path'), signal);
}

/** What follows a sale, if that is quick. The buyers have their answers. */
async function settleAndPublish(
  deps: ActivityDeps,
  signal: AbortSignal,
  confirmed: readonly Candidate[],
): Promise<void> {
  if (confirmed.length === 0) return;
  signal.throwIfAborted();
  const deadline = openDeadline(signal, FOLLOW_UP_MS);
  try {
    const ids = confirmed.map(({ context }) => context.order.purchaseId);
    const purchases = await deadline.wait(findPurchases(deps.pool, ids));
    const settled = await deadline.wait(settleSales(deps, purchases, 'fast_path'));
    await publishSales(deps, settled, deadline.signal);
    const settledIds = new Set(settled.map(({ purchaseId }) => purchaseId));
    for (const { context, completed } of confirmed) {
      if (settledIds.has(context.order.purchaseId)) completed.settled = true;
    }
  } finally {
    deadline.close();
  }
}

function inShort(completed: CompletedSteps): FastPathResult {
  const { claim, outcomes, settled } = completed;
  if (!settled || claim.kind !== 'mine' || outcomes.reserve?.kind !== 'reserved') return completed;
  const { amountMinor, currency } = claim;
  return { sold: { items: outcomes.reserve.items, amountMinor, currency } };
}
