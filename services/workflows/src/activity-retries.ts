import { mdText } from '@box-office/contract';
import { causeOf } from '@box-office/temporal/workflow';
import { isCancellation } from '@temporalio/workflow';
import type { BoxOfficeActivities } from './activities.js';
import { SUMMARIES } from './activity-summaries.js';
import type { OperatorIntervention } from './operator/operator-intervention.js';
import type { ActionableLog } from './operator/workflow-log.js';
import type { PurchaseContext } from './purchase/activity-inputs.js';
import { argumentsOf, type OutcomeOf, type Step, type StepName } from './purchase/steps.js';
import { boundedRetryActivities, localActivities, unlimitedRetryActivities } from './retry-policies.js';

type Name = keyof BoxOfficeActivities;
type Args<N extends Name> = Parameters<BoxOfficeActivities[N]>;
type Result<N extends Name> = ReturnType<BoxOfficeActivities[N]>;

/** The two ways of calling an activity; the purchases that the call concerns are named first. */
export interface ActivityCalls {
  /** As a local activity with a few quick attempts, then with durable retries. */
  withFastRetries<N extends Name>(purchaseIds: readonly string[], name: N, ...args: Args<N>): Result<N>;
  /** As a regular activity until it succeeds or an operator decides otherwise. The history has it before it takes effect. */
  withDurableRetries<N extends Name>(purchaseIds: readonly string[], name: N, ...args: Args<N>): Result<N>;
  /** The activity of a step for these purchases. */
  step<N extends StepName>(
    retries: 'withFastRetries' | 'withDurableRetries',
    step: Step<N>,
    purchases: readonly PurchaseContext[],
    wait: 'soft_deadline' | 'until_known',
  ): Promise<readonly OutcomeOf<N>[]>;
}

export function createActivityCalls(log: ActionableLog, intervention: OperatorIntervention): ActivityCalls {
  async function durable(purchaseIds: readonly string[], name: Name, args: readonly unknown[]): Promise<unknown> {
    return intervention.during(name, purchaseIds, async (needsOperator) => {
      try {
        return await call(boundedRetryActivities, name, args);
      } catch (error) {
        if (isCancellation(error)) throw error;
        needsOperator(causeOf(error));
      }
      return call(unlimitedRetryActivities, name, args);
    });
  }

  async function fast(purchaseIds: readonly string[], name: Name, args: readonly unknown[]): Promise<unknown> {
    try {
      return await call(localActivities, name, args);
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.append(mdText`${name} fails (${causeOf(error)}). It is retried until it succeeds.`);
    }
    const result = await durable(purchaseIds, name, args);
    log.append(mdText`${name} has ended.`);
    return result;
  }

  const calls = { withFastRetries: fast, withDurableRetries: durable };
  return {
    withFastRetries: ((ids: string[], name: Name, ...args: unknown[]) => fast(ids, name, args)) as never,
    withDurableRetries: ((ids: string[], name: Name, ...args: unknown[]) => durable(ids, name, args)) as never,
    step: (retries, step, purchases, wait) =>
      calls[retries](
        purchases.map(({ order }) => order.purchaseId),
        step.name,
        argumentsOf(step, purchases, wait),
      ) as never,
  };
}

type Policy = typeof localActivities | typeof unlimitedRetryActivities;
type Activity = { executeWithOptions(options: { summary: string }, args: readonly unknown[]): Promise<unknown> };

function call(policy: Policy, name: Name, args: readonly unknown[]): Promise<unknown> {
  const activity = policy[name] as unknown as Activity;
  return activity.executeWithOptions({ summary: SUMMARIES[name] }, args);
}
