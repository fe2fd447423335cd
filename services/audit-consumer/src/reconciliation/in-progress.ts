import { detachedPurchaseWorkflowId, holdWorkflowId, isUuid, purchaseWorkflowId } from '@box-office/contract';
import { findOwners, findActiveHolds, findRecorded, readMoney, type OwnedPurchase } from '@box-office/database';
import { forEachConcurrently, throwFailures } from './concurrency.js';
import type { ReconciliationDeps } from './deps.js';
import { createReportQuery, mayStillRun, type ReportQuery } from './temporal-workflows.js';

/** Recovery starts a workflow again that was lost for one period and left no row; it does not start at that very moment. */
const MAX_IDLE_PERIODS = 2;

type Deps = Pick<ReconciliationDeps, 'pool' | 'workflows' | 'idleMs' | 'stalledMs'>;

/**
 * Returns those of these purchases and holds that are in progress: without an outcome, with an unsettled cancellation,
 * or with a running workflow, or with one that was lost before it left a row and is about to be started again. A
 * discrepancy about them may be resolved by that progress. An active hold is not in progress: its workflow only waits for
 * the expiry.
 *
 * @param o.unlessStalled leaves out a purchase with an outcome that has not changed for `stalledMs`, if its workflow is open
 *   and tries no step of it: its workflow task may fail again and again
 */
export async function findInProgress(
  deps: Deps,
  ids: readonly string[],
  o: { readonly unlessStalled: boolean } = { unlessStalled: false },
): Promise<ReadonlySet<string>> {
  const distinct = [...new Set(ids)].filter(isUuid);
  if (distinct.length === 0) return new Set();
  const inProgress = new Set(
    (await readMoney(deps.pool, distinct)).filter(({ underWay }) => underWay).map(({ purchaseId }) => purchaseId),
  );
  const owners = new Map((await findOwners(deps.pool, distinct)).map((owned) => [owned.order.purchaseId, owned]));
  const recorded = await findRecorded(deps.pool, distinct);
  const activeHolds = await findActiveHolds(deps.pool, distinct);
  const queryReport = createReportQuery(deps.workflows);
  const failed = await forEachConcurrently(
    distinct.filter((id) => !inProgress.has(id) && !activeHolds.has(id)),
    async (id) => {
      const lostAfterMs = recorded.has(id) ? 0 : MAX_IDLE_PERIODS * deps.idleMs;
      const owned = owners.get(id);
      const mayBeStalled = o.unlessStalled && owned && Date.parse(owned.updatedAt) < Date.now() - deps.stalledMs;
      const counts = mayBeStalled ? (workflowId: string) => triesStep(queryReport, workflowId, id) : () => true;
      if (await hasWorkflow(deps, id, owned, lostAfterMs, counts)) inProgress.add(id);
    },
  );
  throwFailures(failed);
  return inProgress;
}

/**
 * Whether one of the possible workflows runs: the owner, the detached workflow, or one that has not claimed the id yet. One
 * that closed without completing counts for a while.
 *
 * @param countsOpen whether an open workflow counts
 */
async function hasWorkflow(
  { workflows }: Deps,
  id: string,
  owned: OwnedPurchase | undefined,
  lostAfterMs: number,
  countsOpen: (workflowId: string) => boolean | Promise<boolean>,
): Promise<boolean> {
  const workflowIds = owned
    ? [owned.ownerWorkflowId, detachedPurchaseWorkflowId(id)]
    : [purchaseWorkflowId(id), detachedPurchaseWorkflowId(id), holdWorkflowId(id)];
  for (const workflowId of new Set(workflowIds)) {
    const state = await workflows.stateOf(workflowId);
    if (state.kind === 'running' ? await countsOpen(workflowId) : !state.completed && mayStillRun(state, lostAfterMs)) {
      return true;
    }
  }
  return false;
}

/** Whether an open workflow says that it tries a step of this purchase. */
async function triesStep(queryReport: ReportQuery, workflowId: string, purchaseId: string): Promise<boolean> {
  const report = await queryReport(workflowId);
  return report?.stuck.some(({ purchaseIds }) => purchaseIds.includes(purchaseId)) ?? false;
}
