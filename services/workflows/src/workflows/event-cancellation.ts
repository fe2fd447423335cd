import {
  mdText,
  type EventCancellationPosition,
  type EventCancellationRequest,
  type Markdown,
} from '@box-office/contract';
import type { Cancellation, EventCancellationProgress, RefundedCancellation } from '@box-office/records';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { PageToCancel } from '../activities/cancelling-events.js';
import { openAttention } from './attention.js';
import { refundOf, returnCapacity } from './carrying-out.js';
import { amountInWords, openStory, type Journal } from './journal.js';
import { goOnByItself } from './own-cancellation.js';
import { createSteps, type Steps } from './steps.js';

/** Pages and rests of one run; the next run goes on with a history of its own. */
const MOST_ROUNDS_PER_RUN = 50;
/** Between two sweeps while something is left that others have to finish first, and while the provider is away. */
const REST_MIN_MS = 2_000;
const REST_MAX_MS = 60_000;

/** What came of it; null if there is no such event. */
export type EventCancellationResult = Pick<
  EventCancellationProgress,
  'purchases' | 'cancelled' | 'refundedMinor'
> | null;

/** What the rounds of one run share. */
interface Round {
  readonly request: EventCancellationRequest;
  readonly steps: Steps;
  readonly journal: Journal;
  position: EventCancellationPosition;
  /** Sweeps in a row that found nothing to do. */
  idleSweeps: number;
  /** Since when of several refunds none was answered. */
  providerAwaySinceMs: number | undefined;
}

/**
 * Cancels an event: its sale ends first and for good, so that the purchases that are confirmed by then are all there are;
 * they are refunded page by page at a limited rate. What is left to do stands in PostgreSQL, so it can be interrupted,
 * terminated and started again at any point. Purchases that were under way undo themselves.
 */
export async function eventCancellation(request: EventCancellationRequest): Promise<EventCancellationResult> {
  const journal: Journal = openStory(headline(request), 'open', [mdText`Operator's reason: ${request.reason}`]);
  const steps = createSteps(journal, openAttention(journal));
  const position = request.from ?? { after: null, leftBehindAfter: null, cancelled: 0, refundedMinor: 0 };
  const round: Round = { request, steps, journal, position, idleSweeps: 0, providerAwaySinceMs: undefined };
  return CancellationScope.nonCancellable(async () => {
    if (!(await steps.durably([], 'cancelEvent', request))) {
      journal.tell(mdText`There is no such event.`);
      return null;
    }
    journal.tell(mdText`The sale has ended for good.`);
    for (let rounds = 1; rounds <= MOST_ROUNDS_PER_RUN && !workflowInfo().continueAsNewSuggested; rounds++) {
      const finished = await cancelPage(round);
      if (!finished) continue;
      journal.tell(mdText`**All is cancelled**: ${finished.cancelled} purchases in all.`);
      journal.status('cancelled');
      await condition(allHandlersFinished);
      const { purchases, cancelled, refundedMinor } = finished;
      return { purchases, cancelled, refundedMinor };
    }
    await condition(allHandlersFinished);
    return continueAsNew<typeof eventCancellation>({ ...request, from: round.position });
  });
}

/** Takes one page, or at the end of a sweep looks what is left. Returns the last count when nothing is. */
async function cancelPage(round: Round): Promise<EventCancellationProgress | undefined> {
  const startedMs = Date.now();
  const page = await round.steps.durably([], 'nextToCancel', round.request, round.position.after);
  if (page.requests.length === 0) return endSweep(round);
  if (await refundPage(round, page)) {
    round.providerAwaySinceMs = undefined;
    round.journal.attention(null);
    await rest(page.intervalMs - (Date.now() - startedMs), 'keeps to the configured rate');
  } else {
    const sinceMs = (round.providerAwaySinceMs ??= startedMs);
    round.journal.attention({ step: 'refundAll', sinceMs, cause: 'the payment provider refunds nothing' });
    round.journal.progress(
      mdText`**The payment provider refunds nothing** at the moment: the same page is tried again.`,
    );
    await rest(REST_MIN_MS, 'waits for the payment provider');
  }
  return undefined;
}

/** Cancels the purchases of a page. False if of several refunds none was answered: then the page is tried again. */
async function refundPage(round: Round, page: PageToCancel): Promise<boolean> {
  const { steps } = round;
  const ids = page.requests.map(({ purchaseId }) => purchaseId);
  const claims = await steps.durably(ids, 'claimCancellations', page.requests);
  // What another cancellation has claimed is refused here, and settled by that one.
  const due = claims.flatMap((claim) =>
    claim.kind === 'claimed' && !claim.cancellation.settled ? [claim.cancellation] : [],
  );
  const unpaid = due.filter(({ status }) => status !== 'cancelled');
  const answers = unpaid.length === 0 ? [] : await steps.durably(ids, 'refundAll', unpaid.map(refundOf));
  const refunded = answers.flatMap((answer) => (answer.kind === 'refunded' ? [answer] : []));
  if (unpaid.length > 1 && answers.every(({ kind }) => kind === 'unknown')) return false;

  for (const [place, cancellation] of unpaid.entries()) {
    const answer = answers[place];
    if (!answer || answer.kind === 'refunded') continue;
    round.journal.tell(mdText`Purchase ${cancellation.purchaseId} goes on by itself: ${answer.cause}.`);
    await goOnByItself(cancellation);
  }
  if (refunded.length > 0) await steps.durably(ids, 'completeCancellations', refunded);
  const paid = paidBack(due, refunded);
  if (paid.length > 0) {
    await returnCapacity(
      steps,
      ids,
      paid.map(({ cancellationId }) => cancellationId),
    );
  }
  moveOn(round, ids.at(-1) ?? null, paid);
  return true;
}

/** The cancellations whose money is back, by this page or by an earlier try. */
function paidBack(due: readonly Cancellation[], refunded: readonly RefundedCancellation[]): Cancellation[] {
  const now = new Set(refunded.map(({ cancellationId }) => cancellationId));
  return due.filter(({ cancellationId, status }) => status === 'cancelled' || now.has(cancellationId));
}

function moveOn(round: Round, after: string | null, paid: readonly Cancellation[]): void {
  if (paid.length > 0) round.idleSweeps = 0;
  const cancelled = round.position.cancelled + paid.length;
  // What an operator skipped is not refunded; what this page refunded stands as refunding in what was read before.
  const refundedMinor = paid.reduce(
    (sum, { refunds }) => sum + refunds.refundedMinor + refunds.pendingMinor,
    round.position.refundedMinor,
  );
  round.position = { ...round.position, after, cancelled, refundedMinor };
  const currency = paid[0]?.currency;
  if (currency === undefined) return;
  const refunded = { amountMinor: refundedMinor, currency };
  round.journal.amount(refunded);
  round.journal.progress(mdText`**${cancelled} purchases** cancelled here, ${amountInWords(refunded)} refunded.`);
}

/** All that was confirmed has had its turn. What is left belongs to others: looks after those that lost their workflow. */
async function endSweep(round: Round): Promise<EventCancellationProgress | undefined> {
  const { steps, request, journal } = round;
  const progress = await steps.durably([], 'concludeEventCancellation', request.eventId);
  if (progress.finishedAt !== null) return progress;
  // A page in each sweep, from where the last one came: those that stand still for long do not keep the others waiting.
  const { leftBehindAfter } = round.position;
  const left = await steps.durably([], 'cancellationsLeftBehind', request.eventId, leftBehindAfter);
  for (const cancellation of left.cancellations) await goOnByItself(cancellation);
  const uncancelled = progress.purchases - progress.cancelled;
  journal.progress(
    mdText`${progress.cancelled} of ${progress.purchases} purchases are cancelled; ${uncancelled} are being cancelled by workflows of their own, ${progress.open} are still under way and undo themselves.`,
  );
  round.position = { ...round.position, after: null, leftBehindAfter: left.next };
  if (left.next !== null) round.idleSweeps = 0;
  await rest(Math.min(REST_MIN_MS * 2 ** round.idleSweeps, REST_MAX_MS), 'waits for what others have to finish');
  round.idleSweeps += 1;
  return undefined;
}

async function rest(ms: number, summary: string): Promise<void> {
  if (ms > 0) await sleep(ms, { summary });
}

const headline = ({ eventId, requestedBy }: EventCancellationRequest): Markdown =>
  mdText`### Operator ${requestedBy} cancels event ${eventId}`;
