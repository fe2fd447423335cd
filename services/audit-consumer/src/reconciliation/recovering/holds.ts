import { HOLD_EPOCH, holdWorkflowId, type Hold } from '@box-office/contract';
import { endHold, findOverdueHolds } from '@box-office/records';
import { withUsableInventory } from '@box-office/restoration';
import type { ReconciliationDeps } from '../deps.js';
import { eachOf } from '../in-motion.js';
import type { SweepName } from '../recording.js';
import { endInWords, mayStillAct, recover } from './abandoned.js';

const MOST_HOLDS = 500;

/** Ends holds whose time is over and whose workflow, which should have ended them, is gone. */
export async function recoverHolds(deps: ReconciliationDeps, sweep: SweepName): Promise<number> {
  let recovered = 0;
  const overdue = await findOverdueHolds(deps.pool, { overdueMs: deps.idleMs, limit: MOST_HOLDS });
  await eachOf(overdue, async (hold) => {
    if (await recoverOne(deps, sweep, hold)) recovered += 1;
  });
  return recovered;
}

async function recoverOne(deps: ReconciliationDeps, sweep: SweepName, hold: Hold): Promise<boolean> {
  const { holdId, eventId, status } = hold;
  const workflowId = holdWorkflowId(holdId);
  const state = await deps.workflows.stateOf(workflowId);
  if (mayStillAct(state, deps.idleMs)) return false;
  const cause = endInWords(workflowId, state);
  return recover(deps, sweep, { what: 'hold', id: holdId, eventId, purchaseId: null, status, cause }, async () => {
    const end = await endHold(deps.pool, holdId, 'expired');
    // A purchase has used it, or its buyer gave it back, in this moment.
    if (end?.hold.status !== 'expired') return null;
    await withUsableInventory(
      deps,
      eventId,
      (current) => deps.inventory.release(eventId, current, [{ purchaseId: holdId, epoch: HOLD_EPOCH }]),
      end.generation,
    );
    return 'it is expired, and its capacity was given back';
  });
}
