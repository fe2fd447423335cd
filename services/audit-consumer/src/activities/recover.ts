import { beginReconciliationRun, finishReconciliationRun } from '@box-office/database';
import { activityInfo } from '@temporalio/activity';
import type { RunIdentity } from '../reconciliation/confirm-findings.js';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { closeFinishedFindings } from '../reconciliation/recovering/close-finished.js';
import { findStalled } from '../reconciliation/recovering/find-stalled.js';
import { recoverCancellations } from '../reconciliation/recovering/recover-cancellations.js';
import { recoverHolds } from '../reconciliation/recovering/recover-holds.js';
import { recoverPurchases } from '../reconciliation/recovering/recover-purchases.js';
import { recoverUnclaimed, type UnclaimedResult } from '../reconciliation/recovering/recover-unclaimed.js';

/** The steps of recovery. Each returns how much it recovered or found, and may be repeated. */
export function createRecoveryActivities(deps: ReconciliationDeps) {
  return {
    recoverPurchases: (run: RunIdentity): Promise<number> => recoverPurchases(deps, run),
    recoverCancellations: (run: RunIdentity): Promise<number> => recoverCancellations(deps, run),
    recoverHolds: (run: RunIdentity): Promise<number> => recoverHolds(deps, run),

    /**
     * Recovers what was lost before it left a row. `closedFrom` is `closedUntil` of the previous run; null if there is
     * none.
     */
    recoverUnclaimed: (run: RunIdentity, closedFrom: string | null): Promise<UnclaimedResult> =>
      recoverUnclaimed(deps, run, closedFrom),

    /** Finds work that is stalled while its workflow is open, and hands it over to an operator. */
    findStalled: (run: RunIdentity): Promise<number> => findStalled(deps, run),

    /** Closes the findings of abandoned work that finished without this recovery. */
    closeFinishedFindings: (): Promise<void> => closeFinishedFindings(deps),

    /** Records a recovery run that recovered something. It compared nothing. */
    async recordRecoveryRun(run: RunIdentity, recovered: number): Promise<void> {
      const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
      await beginReconciliationRun(deps.pool, { ...run, scope: 'recovery', workflowId });
      await finishReconciliationRun(deps.pool, run.reconciliationId, {
        events: 0,
        recovered,
        found: 0,
        repaired: 0,
        handedOver: 0,
      });
    },
  };
}
