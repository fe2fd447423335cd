import {
  alonePurchaseWorkflowId,
  PURCHASE_TASK_QUEUE,
  PURCHASE_WORKFLOW,
  summary,
  type PurchaseWorkflowInput,
} from '@box-office/contract';
import { listStandingPurchases, type OwnedPurchase } from '@box-office/records';
import type { ReconciliationDeps } from '../deps.js';
import { eachOf } from '../in-motion.js';
import { pagesOf } from '../paging.js';
import type { SweepName } from '../recording.js';
import { endInWords, mayStillAct, recover } from './abandoned.js';
import { labels } from './labels.js';

const PAGE = 200;

/**
 * Finds purchases that have no outcome, stand still, and whose workflow is gone, and has each go on in a workflow of its own.
 * PostgreSQL decides whether that one may: its claim names the run and the epoch that it takes over from.
 *
 * @returns how many go on again
 */
export async function recoverPurchases(deps: ReconciliationDeps, sweep: SweepName): Promise<number> {
  let recovered = 0;
  const pages = pagesOf({
    limit: PAGE,
    read: (page) => listStandingPurchases(deps.pool, { ...page, idleMs: deps.idleMs }),
    cursorOf: ({ order }) => order.purchaseId,
  });
  for await (const page of pages) {
    await eachOf(page, async (owned) => {
      if (await recoverOne(deps, sweep, owned)) recovered += 1;
    });
  }
  return recovered;
}

async function recoverOne(deps: ReconciliationDeps, sweep: SweepName, owned: OwnedPurchase): Promise<boolean> {
  const { order, ownerWorkflowId, ownerRunId, status } = owned;
  const owner = await deps.workflows.stateOf(ownerWorkflowId, ownerRunId);
  if (mayStillAct(owner, deps.idleMs)) return false;
  // A run that was reset, or started again by the buyer's repeated request, has not claimed it yet.
  if (mayStillAct(await deps.workflows.stateOf(ownerWorkflowId), deps.idleMs)) return false;
  if (mayStillAct(await deps.workflows.stateOf(alonePurchaseWorkflowId(order.purchaseId)), deps.idleMs)) return false;
  const { purchaseId, eventId } = order;
  const cause = endInWords(ownerWorkflowId, owner);
  return recover(deps, sweep, { what: 'purchase', id: purchaseId, eventId, purchaseId, status, cause }, async () =>
    (await goOnAlone(deps, owned)) ? `it goes on in ${alonePurchaseWorkflowId(purchaseId)}` : null,
  );
}

/** Starts the workflow that goes on with a purchase. False if it runs already. */
export function goOnAlone(deps: Pick<ReconciliationDeps, 'workflows'>, owned: OwnedPurchase): Promise<boolean> {
  const { order, ownerWorkflowId, ownerRunId, epoch } = owned;
  const argument: PurchaseWorkflowInput = {
    orders: [order],
    handOver: { fromWorkflowId: ownerWorkflowId, fromRunId: ownerRunId, epoch },
  };
  return deps.workflows.start({
    type: PURCHASE_WORKFLOW,
    workflowId: alonePurchaseWorkflowId(order.purchaseId),
    taskQueue: PURCHASE_TASK_QUEUE,
    argument,
    summary: summary`Goes on with a purchase of event ${order.eventId} whose workflow was gone`,
    searchAttributes: labels(order),
  });
}
