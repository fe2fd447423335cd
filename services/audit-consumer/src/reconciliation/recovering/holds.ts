import { HOLD_EPOCH, holdWorkflowId, type Hold } from '@box-office/contract';
import { endHold, findOverdueHolds } from '@box-office/records';
import { withUsableInventory } from '@box-office/restoration';
import type { ReconciliationDeps } from '../deps.js';
import { eachOf } from '../in-motion.js';
import { pagesOf } from '../paging.js';
import type { SweepName } from '../recording.js';
import { endInWords, mayStillAct, recover } from './abandoned.js';

const PAGE = 200;

/** Ends holds whose time is over and whose workflow, which should have ended them, is gone. */
export async function recoverHolds(deps: ReconciliationDeps, sweep: SweepName): Promise<number> {
  let recovered = 0;
  const pages = pagesOf({
    limit: PAGE,
    read: (page) => findOverdueHolds(deps.pool, { ...page, overdueMs: deps.idleMs }),
    cursorOf: ({ holdId }) => holdId,
  });
  for await (const page of pages) {
    await eachOf(page, async (hold) => {
      if (await recoverOne(deps, sweep, hold)) recovered += 1;
    });
  }
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
