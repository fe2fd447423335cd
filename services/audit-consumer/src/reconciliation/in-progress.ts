import { detachedPurchaseWorkflowId, holdWorkflowId, purchaseWorkflowId } from '@box-office/contract';
import { findOwners, findActiveHolds, readMoney, type OwnedPurchase } from '@box-office/database';
import { forEachConcurrently } from './concurrency.js';
import type { ReconciliationDeps } from './deps.js';
import { isUuid } from './discrepancy.js';

type Deps = Pick<ReconciliationDeps, 'pool' | 'workflows'>;

/**
 * Returns those of these purchases and holds that are in progress: without an outcome, with an unsettled cancellation,
 * or with a running workflow. A discrepancy about them may be resolved by that progress. An active hold is not in
 * progress: its workflow only waits for the expiry.
 */
export async function findInProgress(deps: Deps, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const distinct = [...new Set(ids)].filter(isUuid);
  const inProgress = new Set(
    (await readMoney(deps.pool, distinct)).filter(({ underWay }) => underWay).map(({ purchaseId }) => purchaseId),
  );
  const owners = new Map((await findOwners(deps.pool, distinct)).map((owned) => [owned.order.purchaseId, owned]));
  const activeHolds = await findActiveHolds(deps.pool, distinct);
  await forEachConcurrently(
    distinct.filter((id) => !inProgress.has(id) && !activeHolds.has(id)),
    async (id) => {
      if (await hasRunningWorkflow(deps, id, owners.get(id))) inProgress.add(id);
    },
  );
  return inProgress;
}

/**
 * Whether one of the possible workflows runs: the owner, the detached workflow, or one that has not claimed the id yet.
 */
async function hasRunningWorkflow({ workflows }: Deps, id: string, owned: OwnedPurchase | undefined): Promise<boolean> {
  const workflowIds = owned
    ? [owned.ownerWorkflowId, detachedPurchaseWorkflowId(id)]
    : [purchaseWorkflowId(id), detachedPurchaseWorkflowId(id), holdWorkflowId(id)];
  for (const workflowId of new Set(workflowIds)) {
    if ((await workflows.stateOf(workflowId)).kind === 'running') return true;
  }
  return false;
}
