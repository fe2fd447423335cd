import {
  formatMoney,
  mdText,
  type PurchaseOrder,
  type PurchaseWorkflowInput,
  type PurchaseWorkflowResult,
  type PurchaseWorkflowStatus,
} from '@box-office/contract';
import { causeOf } from '@box-office/temporal/workflow';
import { allHandlersFinished, CancellationScope, condition, isCancellation, workflowInfo } from '@temporalio/workflow';
import { createActivityCalls, type ActivityCalls } from '../activity-retries.js';
import { logCancellationRequests } from '../cancellation/log-cancellation-requests.js';
import { openOperatorIntervention } from '../operator/operator-intervention.js';
import { openWorkflowLog, type WorkflowLog } from '../operator/workflow-log.js';
import { fastPathActivity } from '../retry-policies.js';
import { formatSerials } from './activity-inputs.js';
import { openWakeUp } from './await-buyer.js';
import { compensate } from './compensation.js';
import { takeSteps } from './durable-steps.js';
import type { FastPathResult } from './activities/fast-path.js';
import { notifyNotStarted } from './not-started.js';
import { openList, type StartState } from './purchase-list.js';
import { openRun, runsByEvent, type PurchaseRun } from './purchase-run.js';
import { STEPS } from './steps.js';
import { purchaseTitle } from './title.js';

type Log = WorkflowLog<PurchaseWorkflowStatus>;

/**
 * Sells tickets: a list of purchases, each with an outcome of its own. The purchases of one event take the steps of steps.ts
 * together, and no event waits for another one. A lone buyer is a list of one.
 *
 * The buyer is answered as soon as the purchase is confirmed in PostgreSQL. What follows (read models, messages) is
 * retried until it is done. PostgreSQL decides at each step whether this run may continue.
 */
export async function purchase(input: PurchaseWorkflowInput): Promise<PurchaseWorkflowResult> {
  const { orders } = input;
  const log: Log = openWorkflowLog(purchaseTitle(orders), 'open');
  const { wake, wait } = openWakeUp();
  logCancellationRequests(log, wake);
  const activities = createActivityCalls(log, openOperatorIntervention(log), { isBatch: orders.length > 1 });

  const states = (input.fastPath && (await takeFastPath(orders, log))) || (await claim(input, activities));
  const list = openList(orders, states);
  const run = openRun(list, activities, log, { size: orders.length, wait });
  notifyNotStarted(run, orders, states);

  const runs = runsByEvent(run, orders);
  await Promise.all(runs.map(takeToOutcomes));
  await CancellationScope.nonCancellable(async () => {
    await Promise.all(run.background);
    // A purchase that turned out to be confirmed when it was to be undone.
    await Promise.all(runs.map(settleAndPublish));
    await condition(allHandlersFinished);
  });

  const result = list.result();
  log.status(overallStatus(result));
  return result;
}

/**
 * All steps in one activity, once. Null if its results are lost: then the claim says that a run before may have taken any
 * step. It is waited for even if the workflow is cancelled, because its results say what may have to be undone.
 */
async function takeFastPath(orders: readonly PurchaseOrder[], log: Log): Promise<FastPathResult[] | null> {
  try {
    const results = await CancellationScope.nonCancellable(() =>
      fastPathActivity.fastPath(orders, workflowInfo().firstExecutionRunId),
    );
    for (const [index, result] of results.entries()) {
      if (!('sold' in result)) continue;
      const { items, amountMinor, currency } = result.sold;
      const money = formatMoney(amountMinor, currency);
      const id = orders[index]?.purchaseId ?? '';
      log.append(mdText`${id} holds ${formatSerials(items)}, is paid: ${money}, and is **confirmed**.`);
    }
    return results;
  } catch (error) {
    log.append(mdText`The fast path failed (${causeOf(error)}). The steps are taken one by one.`);
    return null;
  }
}

/** Not cancellable: only the claims say what may have to be undone. */
async function claim({ orders, handOver }: PurchaseWorkflowInput, activities: ActivityCalls): Promise<StartState[]> {
  const ids = orders.map(({ purchaseId }) => purchaseId);
  const claims = await CancellationScope.nonCancellable(() =>
    activities.withFastRetries(ids, 'claim', orders, handOver, workflowInfo().firstExecutionRunId),
  );
  return claims.map((one) => ({ claim: one }));
}

/** Takes the steps with the purchases of the run, and settles those that are sold. */
async function takeToOutcomes(run: PurchaseRun): Promise<void> {
  try {
    continueCompensations(run);
    await takeSteps(run);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    compensateAll(run);
  }
  await CancellationScope.nonCancellable(() => settleAndPublish(run));
}

/** Purchases whose undoing an earlier run decided: they do not go forward again. */
function continueCompensations(run: PurchaseRun): void {
  for (const purchase of run.list.inProgress()) {
    const { status, undoOutcome } = purchase.claim;
    if (status === 'undoing' && undoOutcome) compensate(run, purchase, undoOutcome);
  }
}

function compensateAll(run: PurchaseRun): void {
  for (const purchase of run.list.inProgress()) {
    run.logOf(purchase, mdText`is undone: the workflow was cancelled.`);
    // The fast path may have got further: up to the first step without an outcome, which may have had its effect.
    for (const { name, undo } of purchase.recorded ? STEPS.slice(purchase.at) : []) {
      if (undo) purchase.toUndo.add(undo);
      if (purchase.recorded?.[name] === undefined) break;
    }
    compensate(run, purchase, { kind: 'undone', reason: 'cancelled' });
  }
}

/** What follows a sale. The workflow is the outbox: it does not end before the broker has confirmed. */
async function settleAndPublish({ list, activities }: PurchaseRun): Promise<void> {
  const due = list.unpublished();
  if (due.length === 0) return;
  await activities.withFastRetries(due, 'settle', due);
  await activities.withFastRetries(due, 'publish', due);
  list.markPublished(due);
}

/** One word for the search attribute: the outcome that all purchases share, or `mixed`. */
function overallStatus({ outcomes, notBegun }: PurchaseWorkflowResult): PurchaseWorkflowStatus {
  const kinds = Object.keys(outcomes) as (keyof typeof outcomes)[];
  const [only, ...more] = notBegun ? [...kinds, 'refused' as const] : kinds;
  return only && more.length === 0 ? only : 'mixed';
}
