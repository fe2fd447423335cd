import { beginSweep, finishSweep } from '@box-office/records';
import { activityInfo } from '@temporalio/activity';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import type { SweepName } from '../reconciliation/recording.js';
import { recoverCancellations } from '../reconciliation/recovering/cancellations.js';
import { closeRecovered } from '../reconciliation/recovering/closing.js';
import { recoverHolds } from '../reconciliation/recovering/holds.js';
import { recoverPurchases } from '../reconciliation/recovering/purchases.js';
import { findStalled } from '../reconciliation/recovering/stalled.js';
import { recoverUnclaimed, type UnclaimedLook } from '../reconciliation/recovering/unclaimed.js';

/** The steps by which abandoned work goes on. Each answers how much of it it found, and may be repeated. */
export function createRecovering(deps: ReconciliationDeps) {
  return {
    recoverPurchases: (sweep: SweepName): Promise<number> => recoverPurchases(deps, sweep),
    recoverCancellations: (sweep: SweepName): Promise<number> => recoverCancellations(deps, sweep),
    recoverHolds: (sweep: SweepName): Promise<number> => recoverHolds(deps, sweep),

    /** What was lost before it left a row. `closedFrom` as the look before answered it, null at the first one. */
    recoverUnclaimed: (sweep: SweepName, closedFrom: string | null): Promise<UnclaimedLook> =>
      recoverUnclaimed(deps, sweep, closedFrom),

    /** Finds what stands still although its workflow is open, and tells a person. */
    findStalled: (sweep: SweepName): Promise<number> => findStalled(deps, sweep),

    /** Closes the findings of what goes on again without anybody's doing. */
    closeRecovered: (): Promise<void> => closeRecovered(deps),

    /** Records that something was recovered by a look that compares nothing. */
    async recordRecovery(sweep: SweepName, recovered: number): Promise<void> {
      const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
      await beginSweep(deps.pool, { ...sweep, scope: 'abandoned work', workflowId });
      await finishSweep(deps.pool, sweep.sweepId, { events: 0, recovered, found: 0, repaired: 0, handedOver: 0 });
    },
  };
}
