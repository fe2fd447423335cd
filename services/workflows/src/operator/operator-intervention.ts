import {
  INTERVENTION_QUERY,
  mdText,
  RESOLVE_UPDATE,
  type InterventionReport,
  type ResolveReply,
  type ResolveRequest,
} from '@box-office/contract';
import {
  CancellationScope,
  currentUpdateInfo,
  defineQuery,
  defineUpdate,
  setHandler,
  sleep,
  Trigger,
  workflowInfo,
} from '@temporalio/workflow';
import {
  checkDecision,
  ENDED_BEFORE,
  needsOperator,
  retriedStepOf,
  whatFollows,
  type RetriedStep,
} from './operator-decision.js';
import type { ActionableLog } from './workflow-log.js';
import { unlimitedRetryActivities } from '../retry-policies.js';

/** How long a step is retried before it needs an operator. */
const OPERATOR_AFTER = '10s';

const resolveUpdate = defineUpdate<ResolveReply, [ResolveRequest]>(RESOLVE_UPDATE);
const interventionQuery = defineQuery<InterventionReport>(INTERVENTION_QUERY);

/** Thrown out of a stuck step when an operator decides that the purchases which it is about are undone. */
export class CompensationOrdered extends Error {
  override readonly name = 'CompensationOrdered';
  constructor(readonly purchaseIds: readonly string[]) {
    super('it was decided to undo the purchase');
  }
}

/** Thrown out of a stuck authorisation when an operator names another payment method. */
export class PaymentCorrected extends Error {
  override readonly name = 'PaymentCorrected';
  constructor(readonly paymentMethod: string) {
    super('another payment method was named');
  }
}

interface StepUnderDecision extends RetriedStep {
  readonly sinceMs: number;
  readonly decision: Trigger<ResolveRequest>;
  /** Why the step needs an operator; absent before that. */
  cause?: string;
}

/** A step with durable retries. It says when it needs an operator, and why. */
type DurableStep = (needsOperator: (cause: string) => void) => Promise<unknown>;

/** Steps that are retried until they succeed, and the operators who may decide about them meanwhile. */
export interface OperatorIntervention {
  /** Runs a step durably. @throws CompensationOrdered, PaymentCorrected as an operator decides */
  during(step: Omit<RetriedStep, 'cause'>, run: DurableStep): Promise<unknown>;
  /** Whether a decision is being recorded. Its step may end meanwhile, and the workflow continues beside it. */
  isRecording(): boolean;
}

/** Registers the `resolve` update and the query about what is stuck. Call it before anything is awaited. */
export function openOperatorIntervention(log: ActionableLog): OperatorIntervention {
  const retried = new Set<StepUnderDecision>();
  let recordings = 0;

  setHandler(
    interventionQuery,
    () => ({
      stuck: [...retried].map(({ name, purchaseIds, sinceMs, cause }) => {
        const since = new Date(sinceMs).toISOString();
        return { step: name, purchaseIds, since, ...(cause !== undefined && { cause }) };
      }),
      details: log.text(),
    }),
    {
      description: 'Steps that are being retried: since when, for which purchases, and why once they need an operator.',
    },
  );

  setHandler(
    resolveUpdate,
    async (request) => {
      const step = retriedStepOf(retried, request);
      const { workflowId } = workflowInfo();
      const updateId = currentUpdateInfo()?.id ?? '';
      const { name, purchaseIds } = step;
      recordings++;
      // Also while a cancelled workflow compensates.
      await CancellationScope.nonCancellable(() =>
        unlimitedRetryActivities.recordResolution({ ...request, step: name, purchaseIds, updateId, workflowId }),
      );
      recordings--;
      // The step may have ended while the decision was recorded; then the decision changes nothing.
      const next = retried.has(step) ? whatFollows(name, request.action) : ENDED_BEFORE;
      log.append(
        mdText`Operator ${request.operator} decides about ${name}: ${request.action}. ${next} Reason: ${request.reason}`,
      );
      step.decision.resolve(request);
      return { step: name, action: request.action, next };
    },
    {
      validator: (request: ResolveRequest) => checkDecision(request, retriedStepOf(retried, request)),
      description:
        'Decides about a step: retry at any time; skip, correct or compensate once it is marked as stuck. The answer says ' +
        'what follows.',
    },
  );

  /** Logs the cause once for each step, and marks the workflow so that operators find it. */
  function mark(step: StepUnderDecision, why: string): void {
    if (!retried.has(step) || step.cause !== undefined) return;
    step.cause = why;
    log.append(mdText`**Needs an operator**: ${step.name} fails (${why}). It is being retried.`);
    showLongest();
  }

  function unmark(step: StepUnderDecision): void {
    retried.delete(step);
    if (step.cause !== undefined) showLongest();
  }

  /** The details begin with the step that has needed an operator for longest. */
  function showLongest(): void {
    const longest = [...retried].find(needsOperator);
    log.needsOperator(longest ? { step: longest.name, sinceMs: longest.sinceMs, cause: longest.cause ?? '' } : null);
  }

  /** One durable attempt of the step, until it is done or an operator has decided. */
  async function attempt(
    step: StepUnderDecision,
    run: DurableStep,
  ): Promise<{ readonly result: unknown } | ResolveRequest> {
    const running = new CancellationScope();
    const watching = new CancellationScope();
    retried.add(step);
    watching
      .run(async () => {
        await sleep(OPERATOR_AFTER, { summary: `then ${step.name} needs an operator` });
        mark(step, `no answer within ${OPERATOR_AFTER}`);
      })
      .catch(() => undefined);
    try {
      const done = running.run(() => run((why) => mark(step, why))).then((result) => ({ result }));
      // After a decision its result is ignored.
      done.catch(() => undefined);
      return await Promise.race([done, step.decision]);
    } finally {
      running.cancel();
      watching.cancel();
      unmark(step);
    }
  }

  return {
    isRecording: () => recordings > 0,

    async during(step, run) {
      const sinceMs = Date.now();
      for (;;) {
        const ended = await attempt({ ...step, sinceMs, decision: new Trigger() }, run);
        if ('result' in ended) return ended.result;
        if (ended.action === 'skip') return undefined;
        if (ended.action === 'compensate') throw new CompensationOrdered(step.purchaseIds);
        if (ended.action === 'correct') throw new PaymentCorrected(ended.paymentMethod ?? '');
      }
    },
  };
}
