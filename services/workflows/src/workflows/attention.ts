import {
  ATTENTION_QUERY,
  mdText,
  RESOLVE_UPDATE,
  type AttentionReport,
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
import type { PurchaseActivities } from '../activities/index.js';
import { checkDecision, ENDED_BEFORE, isMarked, stuckStepOf, whatFollows, type StuckStepFacts } from './deciding.js';
import type { AttendedStory } from './journal.js';
import { untilDone } from './policies.js';
import { SUMMARIES } from './summaries.js';

/** How long a step may be tried durably before a person is asked to look. */
const PATIENCE = '10s';

const resolveUpdate = defineUpdate<ResolveReply, [ResolveRequest]>(RESOLVE_UPDATE);
const attentionQuery = defineQuery<AttentionReport>(ATTENTION_QUERY);

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

interface StuckStep extends StuckStepFacts {
  readonly sinceMs: number;
  readonly decision: Trigger<ResolveRequest>;
  /** Why a person was asked to look; absent before that. */
  cause?: string;
}

/** A step on its durable way. It tells when a person should look at it, and why. */
type DurableStep = (needsPerson: (why: string) => void) => Promise<unknown>;

/** Steps that are tried until done, and the operators who may decide about them meanwhile. */
export interface Attention {
  /** Runs a step durably. @throws CompensationOrdered, PaymentCorrected as an operator decides */
  during(name: keyof PurchaseActivities, purchaseIds: readonly string[], run: DurableStep): Promise<unknown>;
}

/** Registers the `resolve` update and the query about what is stuck. Call it before anything is awaited. */
export function openAttention(journal: AttendedStory): Attention {
  const stuck = new Set<StuckStep>();

  setHandler(
    attentionQuery,
    () => ({
      stuck: [...stuck].map(({ name, purchaseIds, sinceMs, cause }) => {
        const since = new Date(sinceMs).toISOString();
        return { step: name, purchaseIds, since, ...(cause !== undefined && { cause }) };
      }),
      details: journal.text(),
    }),
    { description: 'Which steps do not get through, since when and for which purchases.' },
  );

  setHandler(
    resolveUpdate,
    async (request) => {
      const step = stuckStepOf(stuck, request);
      const { workflowId } = workflowInfo();
      const updateId = currentUpdateInfo()?.id ?? '';
      const { name, purchaseIds } = step;
      // Also while a cancelled workflow undoes what it has begun.
      await CancellationScope.nonCancellable(() =>
        untilDone.recordResolution.executeWithOptions({ summary: SUMMARIES.recordResolution }, [
          { ...request, step: name, purchaseIds, updateId, workflowId },
        ]),
      );
      // The step may have ended while the decision was recorded; then the decision changes nothing.
      const next = stuck.has(step) ? whatFollows(name, request.action) : ENDED_BEFORE;
      journal.tell(
        mdText`Operator ${request.operator} decides about ${name}: ${request.action}. ${next} Reason: ${request.reason}`,
      );
      step.decision.resolve(request);
      return { step: name, action: request.action, next };
    },
    {
      validator: (request: ResolveRequest) => checkDecision(request, stuckStepOf(stuck, request)),
      description:
        'Decides about a step: retry at any time; skip, correct or compensate once it is marked as stuck. The answer says ' +
        'what follows.',
    },
  );

  /** Tells the first time for each step, so that a person finds the workflow and reads why. */
  function mark(step: StuckStep, why: string): void {
    if (!stuck.has(step) || step.cause !== undefined) return;
    step.cause = why;
    journal.tell(
      mdText`**A person should look**: ${step.name} does not get through (${why}). It is tried again meanwhile.`,
    );
    showLongest();
  }

  function unmark(step: StuckStep): void {
    stuck.delete(step);
    if (step.cause !== undefined) showLongest();
  }

  /** Of those that a person was told of, the one that waits longest is what the details begin with. */
  function showLongest(): void {
    const longest = [...stuck].find(isMarked);
    journal.attention(longest ? { step: longest.name, sinceMs: longest.sinceMs, cause: longest.cause ?? '' } : null);
  }

  /** One durable try of the step, until it is done or an operator has decided. */
  async function attempt(step: StuckStep, run: DurableStep): Promise<{ readonly result: unknown } | ResolveRequest> {
    const running = new CancellationScope();
    const watching = new CancellationScope();
    stuck.add(step);
    watching
      .run(async () => {
        await sleep(PATIENCE, { summary: `then a person is to look at ${step.name}` });
        mark(step, `no answer within ${PATIENCE}`);
      })
      .catch(() => undefined);
    try {
      const done = running.run(() => run((why) => mark(step, why))).then((result) => ({ result }));
      // After a decision nobody waits for it any more.
      done.catch(() => undefined);
      return await Promise.race([done, step.decision]);
    } finally {
      running.cancel();
      watching.cancel();
      unmark(step);
    }
  }

  return {
    async during(name, purchaseIds, run) {
      const sinceMs = Date.now();
      for (;;) {
        const ended = await attempt({ name, purchaseIds, sinceMs, decision: new Trigger() }, run);
        if ('result' in ended) return ended.result;
        if (ended.action === 'skip') return undefined;
        if (ended.action === 'compensate') throw new CompensationOrdered(purchaseIds);
        if (ended.action === 'correct') throw new PaymentCorrected(ended.paymentMethod ?? '');
      }
    },
  };
}
