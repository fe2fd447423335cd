import {
  mdText,
  summary,
  type Markdown,
  type ReconciliationCounts,
  type ReconciliationRequest,
  type ReconciliationResult,
} from '@box-office/contract';
import { causeOf } from '@box-office/temporal/workflow';
import { ApplicationFailure, continueAsNew, isCancellation, sleep, workflowInfo } from '@temporalio/workflow';
import type { CandidateEvent } from '../activities/reconcile-events.js';
import type { CandidateStatement, ConfirmedStatement } from '../activities/reconcile-statement.js';
import type { ConfirmedDiscrepancies, DueRepair, RunIdentity } from '../reconciliation/confirm-findings.js';
import { boundedRetryActivities } from './retry-policies.js';
import { openRunLog, type RunLog } from './run-log.js';

/** Bounds the history: after so many pages of events the workflow continues as new. */
const MAX_PAGES_PER_RUN = 20;
const MAX_CONCURRENT_REPAIRS = 4;
/** Bounds a run that an operator started. One check reads a part of the statement, and a run of the Schedule no more. */
const MAX_STATEMENT_CHECKS = 20;

const NO_COUNTS: ReconciliationCounts = {
  events: 0,
  recovered: 0,
  found: 0,
  repaired: 0,
  handedOver: 0,
  failedSteps: 0,
  paymentsLeft: false,
};

/** State that the steps of a run share. */
interface RunState {
  readonly run: RunIdentity;
  readonly log: RunLog;
  readonly recheckDelayMs: number;
  counts: ReconciliationCounts;
  /** Events checked in rotation, not because they changed. */
  inTurn: number;
  /** Steps that failed since the workflow continued as new; the counts have all. The run continues without them. */
  readonly failures: string[];
}

/**
 * Compares all stores and repairs what differs. Everything is checked twice, some seconds apart. A discrepancy that
 * both checks show, and that is not in progress, is a finding: it is recorded, then repaired or handed over to an
 * operator.
 *
 * A run that an operator started recovers abandoned work first; for the Schedule the `recovery` workflow does that.
 */
export async function reconciliation(request: ReconciliationRequest): Promise<ReconciliationResult> {
  const { requestedBy, scope, from } = request;
  // The first run id stays the same after continue-as-new, and the operator who started the workflow knows it.
  const run: RunIdentity = { reconciliationId: workflowInfo().firstExecutionRunId, requestedBy };
  const log = openRunLog(title(request, run));
  const { startedAt, recheckDelayMs } = await boundedRetryActivities.beginReconciliationRun(run, scope);
  const { counts, inTurn } = from ?? { counts: NO_COUNTS, inTurn: 0 };
  const state: RunState = { run, log, recheckDelayMs, counts, inTurn, failures: [] };

  if (!from) {
    if (requestedBy !== 'schedule') await recoverAbandonedWork(state);
    await tryStep(state, mdText`compare the payment provider statement`, () => compareStatement(state, request));
  }
  const isComplete = await compareEvents(state, request, startedAt);
  if (!isComplete) {
    return continueAsNew<typeof reconciliation>({ ...request, from: { counts: state.counts, inTurn: state.inTurn } });
  }
  await boundedRetryActivities.finishReconciliationRun(run.reconciliationId, state.counts);
  log.append(mdText`**Done**: ${describeCounts(state.counts)}.`);
  const { failedSteps = 0 } = state.counts;
  log.status(failedSteps > 0 ? 'failed' : 'finished');
  if (failedSteps > 0) {
    const causes = [`${failedSteps} steps failed`, ...state.failures];
    throw ApplicationFailure.nonRetryable(causes.join('; '), 'ReconciliationIncomplete');
  }
  return { reconciliationId: run.reconciliationId, ...state.counts };
}

/** Comes before the comparison, because abandoned work causes most discrepancies. */
async function recoverAbandonedWork(state: RunState): Promise<void> {
  const steps = [
    [mdText`purchases`, boundedRetryActivities.recoverPurchases],
    [mdText`cancellations`, boundedRetryActivities.recoverCancellations],
    [mdText`holds`, boundedRetryActivities.recoverHolds],
    [
      mdText`requests without a row`,
      async (run: RunIdentity) => (await boundedRetryActivities.recoverUnclaimed(run, null)).recovered,
    ],
  ] as const;
  for (const [kind, step] of steps) {
    await tryStep(state, mdText`recover ${kind}`, async () => {
      const recovered = await step(state.run);
      if (recovered > 0) {
        state.log.append(mdText`**Recovered** ${recovered} ${kind}: their workflow was closed, and they continue.`);
      }
      addCounts(state, { recovered });
    });
  }
  await tryStep(state, mdText`close findings of finished work`, () => boundedRetryActivities.closeFinishedFindings());
}

/** Checks a part of the statement, and for an operator all of it. */
async function compareStatement(state: RunState, { requestedBy }: ReconciliationRequest): Promise<void> {
  const maxChecks = requestedBy === 'schedule' ? 1 : MAX_STATEMENT_CHECKS;
  let firstTurn: number | undefined;
  for (let checks = 1; ; checks++) {
    const statement: CandidateStatement = await boundedRetryActivities.checkStatement(firstTurn);
    if (statement.candidates.length > 0) {
      state.log.append(mdText`First check of the provider statement: ${statement.candidates.length} discrepancies.`);
      await waitForRecheck(state);
    }
    const confirmed: ConfirmedStatement = await boundedRetryActivities.confirmStatement(state.run, statement);
    await repairConfirmed(state, confirmed);
    if (!confirmed.hasMore) return;
    ({ firstTurn } = confirmed);
    if (checks === maxChecks) break;
  }
  state.log.append(mdText`**Not all payments** that moved are compared: the next run continues.`);
  addCounts(state, { paymentsLeft: true });
}

/** Checks events page by page. False if the workflow has to continue as new. */
async function compareEvents(state: RunState, request: ReconciliationRequest, startedAt: string): Promise<boolean> {
  const { scope } = request;
  const complete = scope !== 'changed';
  for (let page = 1; ; page++) {
    if (page > MAX_PAGES_PER_RUN || workflowInfo().continueAsNewSuggested) return false;
    const next = await boundedRetryActivities.listEventsToCheck(scope, startedAt, state.inTurn);
    if (next.events.length === 0) return true;
    if (next.inTurn) state.inTurn += next.events.length;
    const succeeded = await tryStep(state, mdText`compare ${next.events.length} events`, async () => {
      const checked: CandidateEvent[] = await boundedRetryActivities.checkEvents(next.events, complete);
      const failed = checked.flatMap(({ due: { eventId }, failure }) =>
        failure === undefined ? [] : { eventId, failure },
      );
      noteFailedEvents(state, failed);
      addCounts(state, { events: next.events.length - failed.length });
      const candidateEvents = checked.filter(({ failure }) => failure === undefined);
      if (candidateEvents.length === 0) return;
      const ids = candidateEvents.map(({ due }) => due.eventId).join(', ');
      state.log.append(mdText`First check: discrepancies at ${candidateEvents.length} events (${ids}).`);
      await waitForRecheck(state);
      const confirmed = await boundedRetryActivities.confirmEvents(state.run, candidateEvents, complete);
      noteFailedEvents(state, confirmed.failures ?? []);
      await repairConfirmed(state, confirmed);
    });
    // Events without a checkpoint would be listed again at once.
    if (!succeeded || typeof scope === 'object') return true;
  }
}

/** The run continues without these events. */
function noteFailedEvents(
  state: RunState,
  failed: readonly { readonly eventId: string; readonly failure: string }[],
): void {
  for (const { eventId, failure } of failed) {
    state.log.append(mdText`**Could not** compare event ${eventId}: ${failure}. The next run tries again.`);
    state.failures.push(`could not compare event ${eventId}: ${failure}`);
    addCounts(state, { failedSteps: 1 });
  }
}

const waitForRecheck = (state: RunState): Promise<void> =>
  sleep(state.recheckDelayMs, { summary: 'Wait before the second check' });

/** Makes the repairs that are due. The next run finds again what a failed repair leaves. */
async function repairConfirmed(state: RunState, confirmed: ConfirmedDiscrepancies): Promise<void> {
  addCounts(state, { found: confirmed.found, handedOver: confirmed.handedOver });
  if (confirmed.handedOver > 0) {
    state.log.append(mdText`${confirmed.handedOver} findings are **handed over to an operator**.`);
  }
  const queue = confirmed.due.values();
  const worker = async (): Promise<void> => {
    for (const due of queue) await repairOne(state, due);
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_REPAIRS }, worker));
}

async function repairOne(state: RunState, due: DueRepair): Promise<void> {
  const event = due.eventId === null ? mdText`` : mdText` of event ${due.eventId}`;
  const finding = mdText`${due.kind}${event}: ${due.subject}`;
  await tryStep(state, mdText`repair ${finding}`, async () => {
    const { status, action } = await boundedRetryActivities.repairFinding.executeWithOptions(
      { summary: summary`Repair ${due.kind} of event ${due.eventId ?? 'none'}: ${due.subject}` },
      [due],
    );
    state.log.append(mdText`${finding}: ${status}, ${action}.`);
    addCounts(state, { repaired: Number(status === 'repaired'), handedOver: Number(status === 'handed_over') });
  });
}

/** Runs a step. If it fails, logs the failure and lets the run continue without it. False if it failed. */
async function tryStep(state: RunState, what: Markdown, step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    state.log.append(mdText`**Could not** ${what}: ${causeOf(error)}. The next run tries again.`);
    state.failures.push(`could not ${what.markdown}: ${causeOf(error)}`);
    addCounts(state, { failedSteps: 1 });
    return false;
  }
}

function addCounts(state: RunState, more: Partial<ReconciliationCounts>): void {
  const { counts } = state;
  state.counts = {
    events: counts.events + (more.events ?? 0),
    recovered: counts.recovered + (more.recovered ?? 0),
    found: counts.found + (more.found ?? 0),
    repaired: counts.repaired + (more.repaired ?? 0),
    handedOver: counts.handedOver + (more.handedOver ?? 0),
    failedSteps: (counts.failedSteps ?? 0) + (more.failedSteps ?? 0),
    paymentsLeft: counts.paymentsLeft === true || more.paymentsLeft === true,
  };
}

function describeCounts({ events, recovered, found, repaired, handedOver }: ReconciliationCounts): Markdown {
  const findings = mdText`${found} new findings, ${repaired} repaired, ${handedOver} handed over`;
  return mdText`${events} events compared, ${recovered} recovered, ${findings}`;
}

function title({ requestedBy, scope }: ReconciliationRequest, { reconciliationId }: RunIdentity): Markdown {
  const origin = requestedBy === 'schedule' ? mdText`by the schedule` : mdText`by operator ${requestedBy}`;
  return mdText`### Reconciliation of ${describeScope(scope)}, started ${origin}\n\nRun ${reconciliationId}`;
}

function describeScope(scope: ReconciliationRequest['scope']): Markdown {
  if (typeof scope === 'object') return mdText`event ${scope.eventId}`;
  return scope === 'all' ? mdText`all events` : mdText`changed events and some others in rotation`;
}
