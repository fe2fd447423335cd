import type { PurchaseOrder, PurchaseOutcome } from '@box-office/contract';
import type { Claim } from '@box-office/database';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import type { BoxOfficeActivities } from '../../activities.js';
import { claimedAt, openContext, paymentOf, type PurchaseContext } from '../activity-inputs.js';
import type { StepWait } from '../activities/step-wait.js';
import {
  argumentsOf,
  indexOf,
  STEPS,
  UNDOS,
  type Next,
  type OutcomeOf,
  type Step,
  type StepName,
  type Undo,
} from '../steps.js';

/** A run that is taken step by step; see {@link stepwiseRun}. */
export type Run = AsyncGenerator<string, void, undefined>;

/**
 * One run of a lone purchase's workflow, a step at a time: each `next()` does one step and gives its name, so that a test
 * decides what happens before the next one, and lets the run die by not asking for more. The steps of the table with the
 * real activities, and no workflow engine; a new one with the same run id is a rerun of that run.
 */
export async function* stepwiseRun(activities: BoxOfficeActivities, order: PurchaseOrder, runId: string): Run {
  const { purchaseId, eventId } = order;
  const inRun = <T>(call: () => Promise<T>): Promise<T> => inActivity(order, runId, call);

  async function take(step: Step<StepName>, purchase: PurchaseContext, wait: StepWait): Promise<OutcomeOf<StepName>> {
    type Call = (...args: readonly unknown[]) => Promise<OutcomeOf<StepName>[]>;
    const calls = activities as unknown as Readonly<Record<StepName, Call>>;
    const [outcome] = await inRun(() => calls[step.name](...argumentsOf(step, [purchase], wait)));
    if (outcome === undefined) throw new Error(`${step.name} gave no outcome`);
    return outcome;
  }

  async function* undo(purchase: PurchaseContext, toUndo: ReadonlySet<Undo>, outcome: PurchaseOutcome): Run {
    const at = claimedAt(purchase);
    const authorisationId = purchase.authorisationId ?? null;
    const decision = await inRun(() => activities.decideToUndo({ ...at, outcome, authorisationId }));
    yield `decide to undo: ${decision.kind}`;
    if (decision.kind !== 'undoing') return;
    if (toUndo.has('payment')) {
      const payment = { ...paymentOf(purchase), authorisationId: decision.authorisationId };
      await inRun(() => activities.undoPayment(payment));
      yield 'undo the payment';
    }
    if (toUndo.has('reservation')) {
      await inRun(() => activities.releaseCapacity({ ...at, eventId }));
      yield 'release the capacity';
    }
    await inRun(() => activities.concludeUndoing(at));
    yield 'conclude';
  }

  async function* settle(): Run {
    await inRun(() => activities.settle([purchaseId]));
    yield 'settle';
  }

  /** @returns the purchase if its steps are to be taken */
  async function* readClaim(): AsyncGenerator<string, Extract<Claim, { kind: 'mine' }> | undefined, undefined> {
    const [claim] = await inRun(() => activities.claim([order]));
    yield `claim: ${claim?.kind}`;
    if (claim?.kind === 'finished' && claim.mine && claim.outcome.kind === 'confirmed') yield* settle();
    if (claim?.kind !== 'mine') return undefined;
    if (claim.status !== 'undoing' || !claim.undoOutcome) return claim;
    yield* undo(openContext(order, claim), new Set(UNDOS), claim.undoOutcome);
    return undefined;
  }

  const claim = yield* readClaim();
  if (!claim) return;
  const purchase = openContext(order, claim);
  const toUndo = new Set<Undo>(claim.resumed ? UNDOS : []);

  for (let index = 0; ; index++) {
    const step = STEPS[index];
    if (!step) return;
    if (!step.isNeeded(purchase)) continue;
    const isUntouched = toUndo.size === 0;
    if (step.undo) toUndo.add(step.undo);
    let next: Next = { kind: 'detach', cause: '' };
    for (const wait of ['soft_deadline', 'until_known'] as const) {
      if (next.kind !== 'detach') break;
      const outcome = await take(step, purchase, wait);
      next = step.next(purchase, outcome);
      yield `${step.name}: ${typeof outcome === 'object' ? outcome.kind : outcome}`;
    }
    switch (next.kind) {
      case 'continue':
        Object.assign(purchase, next.with);
        break;
      case 'confirmed':
        return yield* settle();
      case 'refuse': {
        const { refusal } = next;
        if (!isUntouched) return yield* undo(purchase, toUndo, { kind: 'refused', ...refusal });
        const { version } = claim;
        const recorded = { ...claimedAt(purchase), version, fingerprint: order.fingerprint, refusal };
        const [refused] = await inRun(() => activities.refuse([recorded]));
        yield `refuse: ${refused}`;
        if (refused !== 'undoing') return;
        return yield* undo(purchase, new Set(UNDOS), { kind: 'refused', ...refusal });
      }
      case 'compensate':
        return yield* undo(purchase, toUndo, next.outcome);
      case 'retry_from': {
        const { rebuild } = next;
        if (rebuild) {
          await inRun(() => activities.rebuildInventories([rebuild]));
          yield 'rebuild';
        }
        Object.assign(purchase, next.with);
        index = indexOf(next.step) - 1;
        break;
      }
      case 'read_outcome':
        yield* readClaim();
        return;
      case 'detach':
      case 'await_buyer':
      case 'superseded':
        return;
    }
  }
}

/** Activities ask who calls them, how long they have and whether they were cancelled; nothing else of the context is there. */
export function inActivity<T>(
  order: PurchaseOrder,
  runId: string,
  call: () => Promise<T>,
  startToCloseTimeoutMs = 4_000,
  cancellationSignal = new AbortController().signal,
): Promise<T> {
  const workflowId = `purchase/${order.purchaseId}`;
  const info = { isLocal: true, workflowExecution: { workflowId, runId }, startToCloseTimeoutMs };
  const context = { info, cancellationSignal };
  return asyncLocalStorage.run(context as unknown as Context, call);
}

/** Takes steps until one that begins with the text is done. */
export async function goUntil(going: Run, text: string): Promise<void> {
  for (;;) {
    const step = await going.next();
    if (step.done) throw new Error(`the run ended before "${text}"`);
    if (step.value.startsWith(text)) return;
  }
}

/** Takes all steps that are left, and gives their names. */
export async function remaining(going: Run): Promise<string[]> {
  const steps: string[] = [];
  for await (const step of going) steps.push(step);
  return steps;
}
