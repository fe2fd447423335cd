import {
  mdText,
  type EventCancellationPosition,
  type EventCancellationRequest,
  type Markdown,
  type PurchaseWorkflowStatus,
} from '@box-office/contract';
import type { Cancellation, EventCancellationProgress, RefundedCancellation } from '@box-office/database';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { PageToCancel } from './activities.js';
import { openOperatorIntervention } from '../operator/operator-intervention.js';
import { refundOf, returnCapacity } from '../cancellation/cancellation-steps.js';
import { decideRefund, type RefundAnswer } from '../cancellation/refund-request.js';
import { formatAmount, openWorkflowLog, type WorkflowLog } from '../operator/workflow-log.js';
import { startCancellation } from '../cancellation/start-cancellation.js';
import { createActivityCalls, type ActivityCalls } from '../activity-retries.js';

type Log = WorkflowLog<PurchaseWorkflowStatus>;

/** Pages and pauses of one run; the next run has a history of its own. */
const MAX_ROUNDS_PER_RUN = 50;
/** Between two passes while other workflows have something to finish, and while the provider is unavailable. */
const PAUSE_MIN_MS = 2_000;
const PAUSE_MAX_MS = 60_000;
/** A page is tried so often for each refund that it asks for; then each of them continues in a workflow of its own. */
const MAX_TRIES_PER_REFUND = 5;

const START: EventCancellationPosition = {
  after: null,
  leftBehindAfter: null,
  cancelled: 0,
  refundedMinor: 0,
  pageBegunAt: null,
  unansweredTries: 0,
};

/** What came of it; null if there is no such event. */
export type EventCancellationResult = Pick<
  EventCancellationProgress,
  'purchases' | 'cancelled' | 'refundedMinor'
> | null;

/** What the rounds of one run share. */
interface Round {
  readonly request: EventCancellationRequest;
  readonly activities: ActivityCalls;
  readonly log: Log;
  position: EventCancellationPosition;
  /** Passes in a row that found nothing to do. */
  idlePasses: number;
  /** Since when the provider has answered for no refund. */
  providerUnavailableSinceMs: number | undefined;
}

/**
 * Cancels an event: its sale ends first and permanently, so that the purchases that are confirmed by then are all there are;
 * they are refunded page by page at a limited rate. What is left to do stands in PostgreSQL, so it can be interrupted,
 * terminated and started again at any point. Purchases that were under way undo themselves.
 */
export async function eventCancellation(request: EventCancellationRequest): Promise<EventCancellationResult> {
  const log: Log = openWorkflowLog(titleOf(request), 'open', [mdText`Operator's reason: ${request.reason}`]);
  const activities = createActivityCalls(log, openOperatorIntervention(log));
  const round: Round = {
    request,
    activities,
    log,
    position: request.from ?? START,
    idlePasses: 0,
    providerUnavailableSinceMs: undefined,
  };
  return CancellationScope.nonCancellable(async () => {
    if (!(await activities.withDurableRetries([], 'cancelEvent', request))) {
      log.append(mdText`There is no such event.`);
      return null;
    }
    log.append(mdText`The sale is closed permanently.`);
    for (let rounds = 1; rounds <= MAX_ROUNDS_PER_RUN && !workflowInfo().continueAsNewSuggested; rounds++) {
      const finished = await cancelPage(round);
      if (!finished) continue;
      log.append(mdText`**All is cancelled**: ${finished.cancelled} purchases in all.`);
      log.status('cancelled');
      await condition(allHandlersFinished);
      const { purchases, cancelled, refundedMinor } = finished;
      return { purchases, cancelled, refundedMinor };
    }
    await condition(allHandlersFinished);
    return continueAsNew<typeof eventCancellation>({ ...request, from: round.position });
  });
}

/** Takes one page, or checks at the end of a pass what is left. Returns the final count when nothing is. */
async function cancelPage(round: Round): Promise<EventCancellationProgress | undefined> {
  const startedMs = Date.now();
  const { after, pageBegunAt } = round.position;
  const begunAt = pageBegunAt ?? new Date(startedMs).toISOString();
  const page = await round.activities.withDurableRetries([], 'nextToCancel', round.request, after, begunAt);
  if (page.requests.length === 0) return endPass(round);
  round.position = { ...round.position, pageBegunAt: begunAt };
  if (await refundPage(round, page)) {
    round.providerUnavailableSinceMs = undefined;
    round.log.needsOperator(null);
    await pause(page.intervalMs - (Date.now() - startedMs), 'keeps to the configured rate');
  } else {
    const sinceMs = (round.providerUnavailableSinceMs ??= startedMs);
    round.log.needsOperator({ step: 'refundAll', sinceMs, cause: 'the payment provider refunds nothing' });
    round.log.progress(mdText`**The payment provider refunds nothing** at the moment: the same page is tried again.`);
    await pause(PAUSE_MIN_MS, 'waits for the payment provider');
  }
  return undefined;
}

/** Cancels the purchases of a page. False if the provider answered for none of them and the page is to be tried again. */
async function refundPage(round: Round, page: PageToCancel): Promise<boolean> {
  const { activities } = round;
  const ids = page.requests.map(({ purchaseId }) => purchaseId);
  const claims = await activities.withDurableRetries(ids, 'claimCancellations', page.requests);
  // What another cancellation has claimed is refused here, and settled by that one. What was claimed before this page began
  // has a workflow of its own, or is left behind.
  const due = claims.flatMap((claim, index) => {
    if (claim.kind !== 'claimed' || claim.cancellation.settled) return [];
    return claim.cancellation.requestedAt === page.requests[index]?.requestedAt ? [claim.cancellation] : [];
  });
  const unpaid = due.filter(({ status }) => status !== 'cancelled');
  const answers =
    unpaid.length === 0 ? [] : await activities.withDurableRetries(ids, 'refundAll', unpaid.map(refundOf));
  const refunded = answers.flatMap((answer) => (answer.kind === 'refunded' ? [answer] : []));
  if (isUnanswered(round, unpaid, answers)) return false;

  for (const [index, cancellation] of unpaid.entries()) {
    const answer = answers[index];
    if (!answer || answer.kind === 'refunded') continue;
    round.log.append(mdText`Purchase ${cancellation.purchaseId} continues in a workflow of its own: ${answer.cause}.`);
    await startCancellation(cancellation);
  }
  if (refunded.length > 0) await activities.withDurableRetries(ids, 'completeCancellations', refunded);
  const paid = refundedOf(due, refunded);
  if (paid.length > 0) {
    await returnCapacity(
      activities,
      ids,
      paid.map(({ cancellationId }) => cancellationId),
    );
  }
  advance(round, ids.at(-1) ?? null, paid);
  return true;
}

/** Whether the page is to be tried again: the provider was asked, and has answered for no refund. */
function isUnanswered(round: Round, unpaid: readonly Cancellation[], answers: readonly RefundAnswer[]): boolean {
  const asked = unpaid.flatMap((cancellation, index) => (isAsked(cancellation) ? (answers[index] ?? []) : []));
  if (asked.length === 0 || asked.some(({ kind }) => kind !== 'unknown')) return false;
  const unansweredTries = round.position.unansweredTries + 1;
  round.position = { ...round.position, unansweredTries };
  return unansweredTries < MAX_TRIES_PER_REFUND * asked.length;
}

/** Whether the provider is asked for the refund. */
const isAsked = (cancellation: Cancellation): boolean => decideRefund(refundOf(cancellation)).kind === 'ask';

/** The cancellations whose money is back, by this page or by an earlier attempt. */
function refundedOf(due: readonly Cancellation[], refunded: readonly RefundedCancellation[]): Cancellation[] {
  const now = new Set(refunded.map(({ cancellationId }) => cancellationId));
  return due.filter(({ cancellationId, status }) => status === 'cancelled' || now.has(cancellationId));
}

function advance(round: Round, after: string | null, paid: readonly Cancellation[]): void {
  if (paid.length > 0) round.idlePasses = 0;
  const cancelled = round.position.cancelled + paid.length;
  // What an operator skipped is not refunded; what this page refunded stands as refunding in what was read before.
  const refundedMinor = paid.reduce(
    (sum, { refunds }) => sum + refunds.refundedMinor + refunds.pendingMinor,
    round.position.refundedMinor,
  );
  round.position = { ...round.position, after, cancelled, refundedMinor, pageBegunAt: null, unansweredTries: 0 };
  const currency = paid[0]?.currency;
  if (currency === undefined) return;
  const refunded = { amountMinor: refundedMinor, currency };
  round.log.amount(refunded);
  round.log.progress(mdText`**${cancelled} purchases** cancelled here, ${formatAmount(refunded)} refunded.`);
}

/** All confirmed purchases have been tried. What is left belongs to other workflows: restarts those that were lost. */
async function endPass(round: Round): Promise<EventCancellationProgress | undefined> {
  const { activities, request, log } = round;
  const progress = await activities.withDurableRetries([], 'concludeEventCancellation', request.eventId);
  if (progress.finishedAt !== null) return progress;
  // One page in each pass, after the last one: cancellations that stay stalled do not block the others.
  const { leftBehindAfter } = round.position;
  const left = await activities.withDurableRetries([], 'cancellationsLeftBehind', request.eventId, leftBehindAfter);
  for (const cancellation of left.cancellations) await startCancellation(cancellation);
  const uncancelled = progress.purchases - progress.cancelled;
  log.progress(
    mdText`${progress.cancelled} of ${progress.purchases} purchases are cancelled; ${uncancelled} are being cancelled by workflows of their own, ${progress.open} are still under way and undo themselves.`,
  );
  round.position = { ...round.position, after: null, leftBehindAfter: left.next };
  if (left.next !== null) round.idlePasses = 0;
  await pause(Math.min(PAUSE_MIN_MS * 2 ** round.idlePasses, PAUSE_MAX_MS), 'waits for what others have to finish');
  round.idlePasses += 1;
  return undefined;
}

async function pause(ms: number, summary: string): Promise<void> {
  if (ms > 0) await sleep(ms, { summary });
}

const titleOf = ({ eventId, requestedBy }: EventCancellationRequest): Markdown =>
  mdText`### Operator ${requestedBy} cancels event ${eventId}`;
