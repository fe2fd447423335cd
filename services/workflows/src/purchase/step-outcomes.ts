import type { PurchaseInProgress } from './purchase-list.js';
import type { PurchaseRun } from './purchase-run.js';
import type { Next, OutcomeOf, Step, StepName } from './steps.js';

/** The outcomes of the fast path, and those of the step's activity for the other purchases. */
export async function outcomesOf(
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

/** What follows from an outcome, which is written into the workflow's log. */
export function nextOf(
  run: PurchaseRun,
  step: Step<StepName>,
  purchase: PurchaseInProgress,
  outcome: OutcomeOf<StepName>,
): Next {
  const line = step.describe(purchase, outcome);
  if (line) run.logOf(purchase, line);
  return step.next(purchase, outcome);
}
