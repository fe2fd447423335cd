import type { ReconciliationCounts, ReconciliationRequest } from '@box-office/contract';
import { beginReconciliationRun, finishReconciliationRun } from '@box-office/database';
import { activityInfo } from '@temporalio/activity';
import type { DueRepair, RunIdentity } from '../reconciliation/confirm-findings.js';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import type { RepairResult } from '../reconciliation/repairing/repair-result.js';
import { repairFinding } from '../reconciliation/repairing/repair.js';

/** The steps of the `reconciliation` workflow that begin and end a run, and that repair. Each may be repeated. */
export function createRunActivities(deps: ReconciliationDeps, o: { readonly recheckDelayMs: number }) {
  const { pool } = deps;
  return {
    /** Records the run. Returns when it began, by the database's clock, and the delay before the second check. */
    async beginReconciliationRun(
      run: RunIdentity,
      scope: ReconciliationRequest['scope'],
    ): Promise<{ readonly startedAt: string; readonly recheckDelayMs: number }> {
      const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
      const startedAt = await beginReconciliationRun(pool, { ...run, scope, workflowId });
      return { startedAt, recheckDelayMs: o.recheckDelayMs };
    },

    finishReconciliationRun: (reconciliationId: string, counts: ReconciliationCounts): Promise<void> =>
      finishReconciliationRun(pool, reconciliationId, counts),

    /** Repairs one finding. */
    repairFinding: (due: DueRepair): Promise<RepairResult> => repairFinding(deps, due),
  };
}
