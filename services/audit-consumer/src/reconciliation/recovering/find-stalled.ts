import { detachedPurchaseWorkflowId, cancellationWorkflowId, eventCancellationWorkflowId } from '@box-office/contract';
import {
  decideFindings,
  findCancellations,
  findFinished,
  listActiveFindings,
  listOldestOpenCancellations,
  listUnchangedEventCancellations,
  listOpenPurchases,
  recordFindings,
  type ActiveFinding,
  type NewFinding,
} from '@box-office/database';
import { forEachConcurrently, throwFailures } from '../concurrency.js';
import type { RunIdentity } from '../confirm-findings.js';
import type { ReconciliationDeps } from '../deps.js';
import { discrepancyKey } from '../discrepancy.js';
import { createReportQuery, type ReportQuery } from '../temporal-workflows.js';

/** Maximum of each kind per run, the oldest first. If more are stalled, an operator does not need to know each. */
const MAX_CHECKED = 200;

/** Work that has not changed for `stalledMs`, and the workflows that may process it, its owner first. */
interface UnchangedWork {
  readonly what: 'purchase' | 'cancellation' | 'event_cancellation';
  readonly id: string;
  /** Null for an event's cancellation: each of its steps counts. */
  readonly purchaseId: string | null;
  readonly eventId: string;
  readonly status: string;
  readonly since: string;
  readonly workflowIds: readonly [string, ...string[]];
}

/** The work of one kind that was looked at. */
interface UnchangedPage {
  readonly work: readonly UnchangedWork[];
  /** There may be more. */
  readonly isFull: boolean;
}

/**
 * Finds purchases, cancellations and cancellations of events that are stalled: a workflow is open for them, and none of
 * its steps about them is being tried. A step that is being retried is not stalled, and operators see it already. Hands new
 * findings over to an operator, and closes earlier ones whose work continues.
 *
 * @returns how many are stalled
 * @throws why work could not be looked at, after the findings of the other work are recorded
 */
export async function findStalled(deps: ReconciliationDeps, run: RunIdentity): Promise<number> {
  const { pool } = deps;
  const earlier = await listActiveFindings(pool, { kinds: ['stalled'] });
  const pages = {
    purchase: await unchangedPurchases(deps),
    cancellation: await unchangedCancellations(deps),
    event_cancellation: await unchangedEventCancellations(deps),
  };
  const unchanged = Object.values(pages).flatMap(({ work }) => work);
  const queryReport = createReportQuery(deps.workflows);
  const found: NewFinding[] = [];
  const failed = await forEachConcurrently(unchanged, async (work) => {
    const finding = await findingOf(deps, work, queryReport);
    if (finding) found.push(finding);
  });
  const recorded = await recordFindings(pool, run, found);
  const seen = new Set([
    ...recorded.map(discrepancyKey),
    ...failed.map(({ element }) => discrepancyKey({ kind: 'stalled', subject: subjectOf(element) })),
  ]);
  const closable = await withoutUnseen(
    deps,
    pages,
    earlier.filter((finding) => !seen.has(discrepancyKey(finding))),
  );
  await decideFindings(pool, [
    ...recorded
      .filter(({ status }) => status === 'found')
      .map(({ findingId, subject }) => ({
        findingId,
        status: 'handed_over' as const,
        action: ACTIONS[workOf(subject).what],
      })),
    ...closable.map(({ findingId }) => ({ findingId, status: 'gone' as const, action: 'none: it continues' })),
  ]);
  throwFailures(failed);
  return found.length;
}

/** What an operator has to do. */
const ACTIONS: Readonly<Record<UnchangedWork['what'], string>> = {
  purchase:
    'an operator has to decide: `retry` ends this workflow and continues in a new one, `compensate` undoes the purchase',
  cancellation: 'an operator has to decide: `retry` ends this workflow and continues in a new one',
  event_cancellation: 'an operator has to terminate this workflow: a new one continues',
};

const subjectOf = ({ what, id }: Pick<UnchangedWork, 'what' | 'id'>): string => `${what} ${id}`;

/** What a finding is about. */
function workOf(subject: string): Pick<UnchangedWork, 'what' | 'id'> {
  const [what, id = ''] = subject.split(' ', 2);
  return { what: what as UnchangedWork['what'], id };
}

/** Without findings whose work may be as stalled as before: there was more work than a run looks at. */
async function withoutUnseen(
  { pool }: Pick<ReconciliationDeps, 'pool'>,
  pages: Readonly<Record<UnchangedWork['what'], UnchangedPage>>,
  findings: readonly ActiveFinding[],
): Promise<ActiveFinding[]> {
  const finished = await findFinished(
    pool,
    findings.map(({ subject }) => workOf(subject).id),
  );
  return findings.filter(({ subject }) => {
    const { what, id } = workOf(subject);
    const page = pages[what];
    return !page.isFull || finished.has(id) || page.work.some((work) => work.id === id);
  });
}

async function unchangedPurchases({ pool, stalledMs }: ReconciliationDeps): Promise<UnchangedPage> {
  const owned = await listOpenPurchases(pool, { idleMs: stalledMs, after: null, limit: MAX_CHECKED });
  // A purchase that waits for its buyer changes nothing meanwhile.
  const due = owned.filter(
    ({ awaitsBuyerUntil: until }) => until === null || Date.parse(until) < Date.now() - stalledMs,
  );
  const work = due.map(({ order, status, updatedAt, ownerWorkflowId }) => ({
    what: 'purchase' as const,
    id: order.purchaseId,
    purchaseId: order.purchaseId,
    eventId: order.eventId,
    status,
    since: updatedAt,
    workflowIds: [ownerWorkflowId, detachedPurchaseWorkflowId(order.purchaseId)] as const,
  }));
  return { work, isFull: owned.length === MAX_CHECKED };
}

async function unchangedCancellations({ pool, stalledMs }: ReconciliationDeps): Promise<UnchangedPage> {
  const unchanged = await listOldestOpenCancellations(pool, { idleMs: stalledMs, limit: MAX_CHECKED });
  const since = new Map(unchanged.map(({ id, updatedAt }) => [id, updatedAt]));
  const found = await findCancellations(pool, [...since.keys()]);
  // A waiting cancellation depends on its purchase, and that is what an operator has to decide about.
  const work = found
    .filter(({ status }) => status !== 'waiting')
    .map(({ cancellationId, purchaseId, eventId, status, requestedAt }) => ({
      what: 'cancellation' as const,
      id: cancellationId,
      purchaseId,
      eventId,
      status,
      since: since.get(cancellationId) ?? requestedAt,
      workflowIds: [cancellationWorkflowId(cancellationId), eventCancellationWorkflowId(eventId)] as const,
    }));
  return { work, isFull: unchanged.length === MAX_CHECKED };
}

/** Those that have tickets to cancel: what others have claimed, and what is still open, is theirs to finish. */
async function unchangedEventCancellations({ pool, stalledMs }: ReconciliationDeps): Promise<UnchangedPage> {
  const unchanged = await listUnchangedEventCancellations(pool, { idleMs: stalledMs, limit: MAX_CHECKED });
  const work = unchanged.map(({ id, since }) => ({
    what: 'event_cancellation' as const,
    id,
    purchaseId: null,
    eventId: id,
    status: 'unfinished',
    since,
    workflowIds: [eventCancellationWorkflowId(id)] as const,
  }));
  return { work, isFull: unchanged.length === MAX_CHECKED };
}

/**
 * Null if a step of the work is being tried, and if no workflow is open: then it is abandoned, and recovery finds it.
 */
async function findingOf(
  deps: ReconciliationDeps,
  work: UnchangedWork,
  queryReport: ReportQuery,
): Promise<NewFinding | null> {
  const { what, purchaseId, eventId, status, since } = work;
  const open: { readonly workflowId: string; readonly runId: string; readonly answers: boolean }[] = [];
  for (const workflowId of new Set(work.workflowIds)) {
    const state = await deps.workflows.stateOf(workflowId);
    if (state.kind !== 'running') continue;
    // The event's cancellation pauses between its steps while the provider refunds nothing, and says so itself.
    const isOfEvent = what !== 'purchase' && workflowId === eventCancellationWorkflowId(eventId);
    if (isOfEvent && state.needsOperator && open.length === 0) return null;
    const report = await queryReport(workflowId);
    if (report?.stuck.some(({ purchaseIds }) => purchaseId === null || purchaseIds.includes(purchaseId))) return null;
    open.push({ workflowId, runId: state.runId, answers: report !== null });
  }
  const [owner] = open;
  if (!owner) return null;
  const { workflowId, runId, answers } = owner;
  return {
    kind: 'stalled',
    subject: subjectOf(work),
    eventId,
    purchaseId,
    ticketType: null,
    expected: { finished: true },
    found: { status, since, workflowId, runId, answers },
    cause: `workflow ${workflowId} is open, and tries none of its steps`,
    action: ACTIONS[what],
  };
}
