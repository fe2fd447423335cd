import {
  CANCELLATION_WORKFLOW,
  cancellationWorkflowId,
  EVENT_CANCELLATION_WORKFLOW,
  HOLD_WORKFLOW,
  PURCHASE_TASK_QUEUE,
  PURCHASE_WORKFLOW,
  purchaseWorkflowId,
  type PurchaseWorkflowInput,
} from '@box-office/contract';
import { findCancelledEvents, findRecorded } from '@box-office/records';
import { z } from 'zod';
import type { ReconciliationDeps } from '../deps.js';
import { eachOf } from '../in-motion.js';
import type { SweepName } from '../recording.js';
import type { LostWorkflow } from '../workflows.js';
import { mayStillAct, recover } from './abandoned.js';
import { labels } from './labels.js';

const TYPES = [PURCHASE_WORKFLOW, CANCELLATION_WORKFLOW, HOLD_WORKFLOW, EVENT_CANCELLATION_WORKFLOW];
/** Looked up in PostgreSQL together. */
const PAGE = 100;
/** As long as Temporal keeps closed workflows: the first look goes so far back. */
const RETENTION_MS = 24 * 60 * 60 * 1000;
/** The list of closed workflows lags behind; what was closed shortly before the last look ended is looked at again. */
const OVERLAP_MS = 60_000;

/** What a look came to; the next one begins with those that were closed at `closedUntil`, ISO 8601. */
export interface UnclaimedLook {
  readonly recovered: number;
  readonly closedUntil: string;
}

/** Arguments of the workflows, as far as they are needed here; what else they have is handed on as it is. */
const aboutEvent = z.looseObject({ eventId: z.string() });
const orders = z.object({ orders: z.array(z.looseObject({ purchaseId: z.string(), eventId: z.string() })) });

/**
 * Finds workflows that were lost before they left a row in PostgreSQL, and has what they were asked for go on: somebody may
 * have been told 202. Nothing but Temporal knows of it, so Temporal is asked which workflows did not come to their end.
 */
export async function recoverUnclaimed(
  deps: ReconciliationDeps,
  sweep: SweepName,
  closedFrom: string | null,
): Promise<UnclaimedLook> {
  const nowMs = Date.now();
  const fromMs = closedFrom === null ? nowMs - RETENTION_MS : Date.parse(closedFrom) - OVERLAP_MS;
  // Nothing may act for it any more.
  const beforeMs = nowMs - deps.idleMs;
  const closedUntil = new Date(beforeMs).toISOString();
  const lost = deps.workflows.listLost({
    types: TYPES,
    closedFrom: new Date(fromMs).toISOString(),
    closedBefore: closedUntil,
  });
  let recovered = 0;
  let page: LostWorkflow[] = [];
  const takeUp = async (): Promise<void> => {
    await eachOf(await withoutRow(deps, page), async (workflow) => {
      recovered += await recoverOne(deps, sweep, workflow);
    });
    page = [];
  };
  for await (const workflow of lost) if (page.push(workflow) >= PAGE) await takeUp();
  await takeUp();
  return { recovered, closedUntil };
}

/** Those of which something has no row. A workflow that was started again meanwhile may yet write it. */
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

/** Ids of the rows that it should have left. A hold's label may name the purchase that used it, too, which has its own. */
function idsOf({ type, workflowId, purchaseIds }: LostWorkflow): readonly string[] {
  if (type === EVENT_CANCELLATION_WORKFLOW) return [];
  return type === CANCELLATION_WORKFLOW ? [workflowId.slice(CANCELLATION_PREFIX.length)] : purchaseIds;
}

async function recoverOne(deps: ReconciliationDeps, sweep: SweepName, lost: LostWorkflow): Promise<number> {
  if (lost.type === PURCHASE_WORKFLOW) return recoverOrders(deps, sweep, lost);
  const { workflowId, runId, type } = lost;
  if (mayStillAct(await deps.workflows.stateOf(workflowId), deps.idleMs)) return 0;
  const argument = aboutEvent.safeParse(await deps.workflows.argumentOf(workflowId, runId));
  if (!argument.success) return 0;
  const { eventId } = argument.data;
  const [id = eventId] = idsOf(lost);
  return startAgain(deps, sweep, { lost, id, eventId, type, workflowId, argument: argument.data, purchaseId: null });
}

/** Each of the purchases that has no row goes on in the workflow that a repeat of its request would start. */
async function recoverOrders(deps: ReconciliationDeps, sweep: SweepName, lost: LostWorkflow): Promise<number> {
  if (mayStillAct(await deps.workflows.stateOf(lost.workflowId), deps.idleMs)) return 0;
  const argument = orders.safeParse(await deps.workflows.argumentOf(lost.workflowId, lost.runId));
  if (!argument.success) return 0;
  const recorded = await findRecorded(
    deps.pool,
    argument.data.orders.map(({ purchaseId }) => purchaseId),
  );
  let recovered = 0;
  for (const order of argument.data.orders.filter(({ purchaseId }) => !recorded.has(purchaseId))) {
    const { purchaseId, eventId } = order;
    const workflowId = purchaseWorkflowId(purchaseId);
    if (mayStillAct(await deps.workflows.stateOf(workflowId), deps.idleMs)) continue;
    const input = { orders: [order] as unknown as PurchaseWorkflowInput['orders'], straightThrough: true } as const;
    const what = { lost, id: purchaseId, eventId, type: PURCHASE_WORKFLOW, workflowId, argument: input, purchaseId };
    recovered += await startAgain(deps, sweep, what);
  }
  return recovered;
}

const IN_WORDS: Readonly<Record<string, string>> = { [EVENT_CANCELLATION_WORKFLOW]: 'event cancellation' };

async function startAgain(
  deps: ReconciliationDeps,
  sweep: SweepName,
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
  const what = IN_WORDS[type] ?? type;
  const cause = `its workflow ${lost.workflowId} is over before it left a row: ${lost.status.toLowerCase()}`;
  const abandoned = { what, id, eventId, purchaseId, status: 'without a row', cause };
  const isStarted = await recover(deps, sweep, abandoned, async () => {
    const started = await deps.workflows.start({
      ...{ type, workflowId, taskQueue: PURCHASE_TASK_QUEUE, argument },
      summary: `Begins again with a ${what} of event ${eventId} whose workflow was gone`,
      searchAttributes: labels({ eventId, ...labelsOf(argument, id, type) }),
    });
    return started ? `it begins again in ${workflowId}` : null;
  });
  return Number(isStarted);
}

const labelled = z.object({ userId: z.string().optional(), purchaseId: z.string().optional() });

function labelsOf(argument: unknown, id: string, type: string): { purchaseId?: string; userId?: string } {
  const [order] = orders.safeParse(argument).data?.orders ?? [];
  const { userId, purchaseId } = labelled.safeParse(order ?? argument).data ?? {};
  const named = purchaseId ?? (type === HOLD_WORKFLOW ? id : undefined);
  return { ...(named !== undefined && { purchaseId: named }), ...(userId !== undefined && { userId }) };
}
