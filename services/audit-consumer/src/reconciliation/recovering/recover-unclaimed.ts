import {
  CANCELLATION_WORKFLOW,
  cancellationWorkflowId,
  EVENT_CANCELLATION_WORKFLOW,
  HOLD_WORKFLOW,
  isUuid,
  NAMESPACE_RETENTION_DAYS,
  PURCHASE_TASK_QUEUE,
  PURCHASE_WORKFLOW,
  purchaseWorkflowId,
  type PurchaseWorkflowInput,
} from '@box-office/contract';
import { findCancelledEvents, findRecorded, hasClaimed } from '@box-office/database';
import { cancellationStart, searchAttributesOf } from '@box-office/temporal';
import { z } from 'zod';
import { forEachConcurrently, throwFailures, type Failed } from '../concurrency.js';
import type { RunIdentity } from '../confirm-findings.js';
import type { ReconciliationDeps } from '../deps.js';
import { mayStillRun, type LostWorkflow } from '../temporal-workflows.js';
import { recoverAbandoned } from './recover-abandoned.js';

const TYPES = [PURCHASE_WORKFLOW, CANCELLATION_WORKFLOW, HOLD_WORKFLOW, EVENT_CANCELLATION_WORKFLOW];
/** Workflows looked up in PostgreSQL with one query. After as many failures no further page is read: Temporal is unavailable. */
const PAGE_SIZE = 100;
/** The first run goes back so far. */
const RETENTION_MS = NAMESPACE_RETENTION_DAYS * 24 * 60 * 60 * 1000;
/** The visibility list lags behind, so each run checks again the last minute of the previous one. */
const OVERLAP_MS = 60_000;

/** Result of a run. */
export interface UnclaimedResult {
  readonly recovered: number;
  /** The next run begins with workflows that closed at this instant; ISO 8601. */
  readonly closedUntil: string;
}

/** Arguments of the workflows, as far as they are needed here. Other fields are passed on unchanged. */
const withEventId = z.looseObject({ eventId: z.string() });
const withCancellation = z.object({
  cancellationId: z.string(),
  purchaseId: z.string(),
  eventId: z.string(),
  userId: z.string(),
  requestId: z.string(),
  returnedBy: z.string().optional(),
});
const withOrders = z.object({
  orders: z.array(z.looseObject({ purchaseId: z.string().refine(isUuid), eventId: z.string() })),
});

/**
 * Finds workflows that closed without completing before they left a row in PostgreSQL, and starts them again: the buyer
 * may have been answered 202. Only Temporal knows of them, so its visibility list is read.
 */
export async function recoverUnclaimed(
  deps: ReconciliationDeps,
  run: RunIdentity,
  closedFrom: string | null,
): Promise<UnclaimedResult> {
  const nowMs = Date.now();
  const fromMs = closedFrom === null ? nowMs - RETENTION_MS : Date.parse(closedFrom) - OVERLAP_MS;
  // Activities of workflows that closed later may still run.
  const beforeMs = nowMs - deps.idleMs;
  const closedUntil = new Date(beforeMs).toISOString();
  const lost = deps.workflows.listLost({
    types: TYPES,
    closedFrom: new Date(fromMs).toISOString(),
    closedBefore: closedUntil,
  });
  let recovered = 0;
  let page: LostWorkflow[] = [];
  const failed: Failed<LostWorkflow>[] = [];
  const recoverPage = async (): Promise<void> => {
    const failedOfPage = await forEachConcurrently(await withoutRow(deps, page), async (workflow) => {
      const count = await recoverOne(deps, run, workflow);
      recovered += count;
    });
    failed.push(...failedOfPage);
    page = [];
  };
  for await (const workflow of lost) {
    if (page.push(workflow) >= PAGE_SIZE) await recoverPage();
    if (failed.length >= PAGE_SIZE) break;
  }
  await recoverPage();
  throwFailures(failed);
  return { recovered, closedUntil };
}

/** Those workflows that lack a row. One that was started again meanwhile may still write it. */
async function withoutRow(deps: ReconciliationDeps, page: readonly LostWorkflow[]): Promise<LostWorkflow[]> {
  const recorded = await findRecorded(deps.pool, page.flatMap(idsOf));
  const cancelled = await findCancelledEvents(
    deps.pool,
    page.flatMap(({ type, eventIds }) => (type === EVENT_CANCELLATION_WORKFLOW ? eventIds : [])),
  );
  return page.filter((workflow) =>
    workflow.type === EVENT_CANCELLATION_WORKFLOW
      ? workflow.eventIds.some((id) => !cancelled.has(id))
      : idsOf(workflow).some((id) => !recorded.has(id)),
  );
}

const CANCELLATION_PREFIX = cancellationWorkflowId('');

/**
 * Ids of the rows that the workflow should have left; none if it was started by hand under another id. Those of a hold may
 * include the purchase that used it.
 */
function idsOf({ type, workflowId, purchaseIds }: LostWorkflow): readonly string[] {
  if (type === EVENT_CANCELLATION_WORKFLOW) return [];
  const ids = type === CANCELLATION_WORKFLOW ? [workflowId.slice(CANCELLATION_PREFIX.length)] : purchaseIds;
  return ids.filter(isUuid);
}

async function recoverOne(deps: ReconciliationDeps, run: RunIdentity, lost: LostWorkflow): Promise<number> {
  if (lost.type === PURCHASE_WORKFLOW) return recoverOrders(deps, run, lost);
  const { workflowId, runId, type } = lost;
  if (mayStillRun(await deps.workflows.stateOf(workflowId), deps.idleMs)) return 0;
  const argument = withEventId.safeParse((await deps.workflows.startOf(workflowId, runId))?.argument);
  if (!argument.success) return 0;
  const { eventId } = argument.data;
  const [id = eventId] = idsOf(lost);
  return startAgain(deps, run, { lost, id, eventId, type, workflowId, argument: argument.data, purchaseId: null });
}

/**
 * Starts, for each purchase without a row, the workflow that a repeated request would start. Not if the lost one has made
 * its claim: those that it did not begin are begun only by their buyers' next requests.
 */
async function recoverOrders(deps: ReconciliationDeps, run: RunIdentity, lost: LostWorkflow): Promise<number> {
  if (mayStillRun(await deps.workflows.stateOf(lost.workflowId), deps.idleMs)) return 0;
  const began = await deps.workflows.startOf(lost.workflowId, lost.runId);
  const argument = withOrders.safeParse(began?.argument);
  if (began === undefined || !argument.success) return 0;
  const ids = argument.data.orders.map(({ purchaseId }) => purchaseId);
  if (await hasClaimed(deps.pool, { workflowId: lost.workflowId, firstRunId: began.firstRunId }, ids)) return 0;
  const recorded = await findRecorded(deps.pool, ids);
  let recovered = 0;
  for (const order of argument.data.orders.filter(({ purchaseId }) => !recorded.has(purchaseId))) {
    const { purchaseId, eventId } = order;
    const workflowId = purchaseWorkflowId(purchaseId);
    if (mayStillRun(await deps.workflows.stateOf(workflowId), deps.idleMs)) continue;
    const input = { orders: [order] as unknown as PurchaseWorkflowInput['orders'], fastPath: true } as const;
    const start = { lost, id: purchaseId, eventId, type: PURCHASE_WORKFLOW, workflowId, argument: input, purchaseId };
    recovered += await startAgain(deps, run, start);
  }
  return recovered;
}

/** Where the subject of a finding does not name the workflow type. */
const SUBJECTS: Readonly<Record<string, string>> = { [EVENT_CANCELLATION_WORKFLOW]: 'event_cancellation' };

async function startAgain(
  deps: ReconciliationDeps,
  run: RunIdentity,
  o: {
    readonly lost: LostWorkflow;
    readonly id: string;
    readonly eventId: string;
    readonly purchaseId: string | null;
    readonly type: string;
    readonly workflowId: string;
    readonly argument: unknown;
  },
): Promise<number> {
  const { lost, id, eventId, purchaseId, type, workflowId, argument } = o;
  const what = SUBJECTS[type] ?? type;
  const cancellation = type === CANCELLATION_WORKFLOW ? withCancellation.safeParse(argument).data : undefined;
  const cause = `workflow ${lost.workflowId} closed before it left a row: ${lost.status.toLowerCase()}`;
  const abandoned = { what, id, eventId, purchaseId, status: 'no_row', cause };
  const isStarted = await recoverAbandoned(deps, run, abandoned, async () => {
    const started = await deps.workflows.start({
      type,
      workflowId,
      taskQueue: PURCHASE_TASK_QUEUE,
      argument,
      summary: `Start again a ${what.replace('_', ' ')} of event ${eventId}: its workflow closed before it left a row`,
      searchAttributes: searchAttributesOf({ eventIds: [eventId], ...searchIds(argument, id, type) }),
      ...(cancellation && { memo: cancellationStart(cancellation).memo }),
    });
    return started ? `workflow ${workflowId} was started again` : null;
  });
  return Number(isStarted);
}

const withIds = z.object({ userId: z.string().optional(), purchaseId: z.string().optional() });

function searchIds(argument: unknown, id: string, type: string): { purchaseIds?: string[]; userIds?: string[] } {
  const [order] = withOrders.safeParse(argument).data?.orders ?? [];
  const { userId, purchaseId } = withIds.safeParse(order ?? argument).data ?? {};
  const searchId = purchaseId ?? (type === HOLD_WORKFLOW ? id : undefined);
  return {
    ...(searchId !== undefined && { purchaseIds: [searchId] }),
    ...(userId !== undefined && { userIds: [userId] }),
  };
}
