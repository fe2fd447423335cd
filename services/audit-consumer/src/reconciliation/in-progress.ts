import { detachedPurchaseWorkflowId, holdWorkflowId, purchaseWorkflowId } from '@box-office/contract';
import { findOwners, findActiveHolds, findRecorded, readMoney, type OwnedPurchase } from '@box-office/database';
import { forEachConcurrently } from './concurrency.js';
import type { ReconciliationDeps } from './deps.js';
import { isUuid } from './discrepancy.js';
import { mayStillRun } from './temporal-workflows.js';

/** Recovery starts a workflow again that was lost for one period and left no row; it does not start at that very moment. */
const MAX_IDLE_PERIODS = 2;

type Deps = Pick<ReconciliationDeps, 'pool' | 'workflows' | 'idleMs'>;

/**
 * Returns those of these purchases and holds that are in progress: without an outcome, with an unsettled cancellation,
 * or with a running workflow, or with one that was lost before it left a row and is about to be started again. A
 * discrepancy about them may be resolved by that progress. An active hold is not in progress: its workflow only waits for
 * the expiry.
 */
export async function findInProgress(deps: Deps, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const distinct = [...new Set(ids)].filter(isUuid);
  const inProgress = new Set(
    (await readMoney(deps.pool, distinct)).filter(({ underWay }) => underWay).map(({ purchaseId }) => purchaseId),
  );
  const owners = new Map((await findOwners(deps.pool, distinct)).map((owned) => [owned.order.purchaseId, owned]));
  const recorded = await findRecorded(deps.pool, distinct);
  const activeHolds = await findActiveHolds(deps.pool, distinct);
  await forEachConcurrently(
    distinct.filter((id) => !inProgress.has(id) && !activeHolds.has(id)),
    async (id) => {
      const lostAfterMs = recorded.has(id) ? 0 : MAX_IDLE_PERIODS * deps.idleMs;
      if (await hasWorkflow(deps, id, owners.get(id), lostAfterMs)) inProgress.add(id);
    },
  );
  return inProgress;
}

/**
 * Whether one of the possible workflows runs: the owner, the detached workflow, or one that has not claimed the id yet. One
 * that closed without completing counts for a while.
 */
async function hasWorkflow(
  { workflows }: Deps,
  id: string,
  owned: OwnedPurchase | undefined,
  lostAfterMs: number,
): Promise<boolean> {
  const workflowIds = owned
    ? [owned.ownerWorkflowId, detachedPurchaseWorkflowId(id)]
    : [purchaseWorkflowId(id), detachedPurchaseWorkflowId(id), holdWorkflowId(id)];
  for (const workflowId of new Set(workflowIds)) {
    const state = await workflows.stateOf(workflowId);
    const isOver = state.kind === 'closed' && state.completed;
    if (!isOver && mayStillRun(state, lostAfterMs)) return true;
  }
  return false;
}
