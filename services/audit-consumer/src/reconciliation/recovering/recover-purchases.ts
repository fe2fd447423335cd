import { detachedPurchaseWorkflowId, PURCHASE_TASK_QUEUE, PURCHASE_WORKFLOW, summary } from '@box-office/contract';
import { listOpenPurchases, type OwnedPurchase } from '@box-office/database';
import { detachedPurchase } from '@box-office/temporal';
import type { RunIdentity } from '../confirm-findings.js';
import type { ReconciliationDeps } from '../deps.js';
import { handlePages } from '../paging.js';
import { recoverIfClosed } from './recover-abandoned.js';

const PAGE_SIZE = 200;

/**
 * Recovers purchases that have no outcome, are unchanged, and whose workflow is closed. Each continues in a detached
 * workflow. PostgreSQL decides whether that one may: its claim names the run and the epoch that it takes over.
 *
 * @returns how many were recovered
 */
export function recoverPurchases(deps: ReconciliationDeps, run: RunIdentity): Promise<number> {
  return handlePages({
    limit: PAGE_SIZE,
    read: (page) => listOpenPurchases(deps.pool, { ...page, idleMs: deps.idleMs }),
    cursorOf: ({ order }) => order.purchaseId,
    handle: (owned) => recoverOne(deps, run, owned),
  });
}

function recoverOne(deps: ReconciliationDeps, run: RunIdentity, owned: OwnedPurchase): Promise<boolean> {
  const { order, ownerWorkflowId, ownerRunId, status } = owned;
  const { purchaseId, eventId } = order;
  const detached = detachedPurchaseWorkflowId(purchaseId);
  return recoverIfClosed(deps, run, {
    work: { what: 'purchase', id: purchaseId, eventId, purchaseId, status },
    // A run that was reset, or started by the buyer's repeated request, may not have claimed the purchase yet.
    workflows: [[ownerWorkflowId, ownerRunId], [ownerWorkflowId], [detached]],
    resume: async () => ((await startDetachedPurchase(deps, owned)) ? `workflow ${detached} continues it` : null),
  });
}

/** Starts the detached workflow that continues a purchase. False if it runs already. */
export function startDetachedPurchase(
  deps: Pick<ReconciliationDeps, 'workflows'>,
  owned: OwnedPurchase,
): Promise<boolean> {
  const { order, ownerWorkflowId, ownerRunId, epoch } = owned;
  const { workflowId, input, searchAttributes } = detachedPurchase(order, {
    workflowId: ownerWorkflowId,
    runId: ownerRunId,
    epoch,
  });
  return deps.workflows.start({
    type: PURCHASE_WORKFLOW,
    workflowId,
    taskQueue: PURCHASE_TASK_QUEUE,
    argument: input,
    searchAttributes,
    summary: summary`Continue a purchase of event ${order.eventId}: its workflow was closed`,
  });
}
