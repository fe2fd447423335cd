import { mdText } from '@box-office/contract';
import { causeOf } from '@box-office/temporal/workflow';
import { isCancellation } from '@temporalio/workflow';
import type { BoxOfficeActivities } from './activities.js';
import type { RetriedStep } from './operator/operator-decision.js';
import type { OperatorIntervention } from './operator/operator-intervention.js';
import type { ActionableLog } from './operator/workflow-log.js';
import type { PurchaseContext } from './purchase/activity-inputs.js';
import type { StepWait } from './purchase/activities/step-wait.js';
import { argumentsOf, type OutcomeOf, type Step, type StepName } from './purchase/steps.js';
import { boundedRetryActivities, localActivities, unlimitedRetryActivities } from './retry-policies.js';

type Name = keyof BoxOfficeActivities;
type Args<N extends Name> = Parameters<BoxOfficeActivities[N]>;
type Result<N extends Name> = ReturnType<BoxOfficeActivities[N]>;

/** The two ways of calling an activity; the purchases that the call concerns are named first. */
export interface ActivityCalls {
  /** As a local activity with a few quick attempts, then with durable retries; beside anything else with these alone. */
  withFastRetries<N extends Name>(purchaseIds: readonly string[], name: N, ...args: Args<N>): Result<N>;
  /** As a regular activity until it succeeds or an operator decides otherwise. The history has it before it takes effect. */
  withDurableRetries<N extends Name>(purchaseIds: readonly string[], name: N, ...args: Args<N>): Result<N>;
  /** The activity of a step for these purchases: with fast retries up to the soft deadline, with durable ones until it is known. */
  step<N extends StepName>(
    step: Step<N>,
    purchases: readonly PurchaseContext[],
    wait: StepWait,
  ): Promise<readonly OutcomeOf<N>[]>;
}

type Call = Omit<RetriedStep, 'cause'> & { readonly args: readonly unknown[] };

/**
 * Nothing runs beside a local activity: neither another purchase of a batch nor the recording of a decision. On replay the
 * SDK resolves the local activities of one workflow task together, so what they continue continues in another order.
 *
 * @param o.isBatch whether the workflow takes steps of several purchases side by side
 */
export function createActivityCalls(
  log: ActionableLog,
  intervention: OperatorIntervention,
  o: { readonly isBatch: boolean } = { isBatch: false },
): ActivityCalls {
  async function durable({ args, ...step }: Call): Promise<unknown> {
    return intervention.during(step, async (needsOperator) => {
      try {
        return await call(boundedRetryActivities, step.name, args);
      } catch (error) {
        if (isCancellation(error)) throw error;
        needsOperator(causeOf(error));
      }
      return call(unlimitedRetryActivities, step.name, args);
    });
  }

  async function fast(step: Call): Promise<unknown> {
    if (o.isBatch || intervention.isRecording()) return durable(step);
    try {
      return await call(localActivities, step.name, step.args);
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.append(mdText`${step.name} fails (${causeOf(error)}). It is retried until it succeeds.`);
    }
    const result = await durable(step);
    log.append(mdText`${step.name} has ended.`);
    return result;
  }

  return {
    withFastRetries: ((purchaseIds: string[], name: Name, ...args: unknown[]) =>
      fast({ name, purchaseIds, args })) as never,
    withDurableRetries: ((purchaseIds: string[], name: Name, ...args: unknown[]) =>
      durable({ name, purchaseIds, args })) as never,
    step: (step, purchases, wait) =>
      (wait === 'soft_deadline' ? fast : durable)({
        name: step.name,
        purchaseIds: purchases.map(({ order }) => order.purchaseId),
        isCorrectable: wait === 'until_known' && purchases.every(({ claim }) => claim.status === 'claimed'),
        args: argumentsOf(step, purchases, wait),
      }) as never,
  };
}

function call(policy: object, name: Name, args: readonly unknown[]): Promise<unknown> {
  return (policy as Record<Name, (...args: readonly unknown[]) => Promise<unknown>>)[name](...args);
}
