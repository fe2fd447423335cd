import { HOLD_EPOCH, holdWorkflowId, type Hold } from '@box-office/contract';
import { endHold, findOverdueHolds } from '@box-office/database';
import { withUsableInventory } from '@box-office/inventory-sync';
import { forEachConcurrently } from '../concurrency.js';
import type { RunIdentity } from '../confirm-findings.js';
import type { ReconciliationDeps } from '../deps.js';
import { pagesOf } from '../paging.js';
import { describeClose, mayStillRun, recoverAbandoned } from './recover-abandoned.js';

const PAGE_SIZE = 200;

/** Ends expired holds whose workflow, which should have ended them, is closed. */
export async function recoverHolds(deps: ReconciliationDeps, run: RunIdentity): Promise<number> {
  let recovered = 0;
  const pages = pagesOf({
    limit: PAGE_SIZE,
    read: (page) => findOverdueHolds(deps.pool, { ...page, overdueMs: deps.idleMs }),
    cursorOf: ({ holdId }) => holdId,
  });
  for await (const page of pages) {
    await forEachConcurrently(page, async (hold) => {
      if (await recoverOne(deps, run, hold)) recovered += 1;
    });
  }
  return recovered;
}

async function recoverOne(deps: ReconciliationDeps, run: RunIdentity, hold: Hold): Promise<boolean> {
  const { holdId, eventId, status } = hold;
  const workflowId = holdWorkflowId(holdId);
  const state = await deps.workflows.stateOf(workflowId);
  if (mayStillRun(state, deps.idleMs)) return false;
  const cause = describeClose(workflowId, state);
  return recoverAbandoned(
    deps,
    run,
    { what: 'hold', id: holdId, eventId, purchaseId: null, status, cause },
    async () => {
      const end = await endHold(deps.pool, holdId, 'expired');
      // At this moment a purchase used the hold, or its buyer released it.
      if (end?.hold.status !== 'expired') return null;
      await withUsableInventory(
        deps,
        eventId,
        (current) => deps.inventory.release(eventId, current, [{ purchaseId: holdId, epoch: HOLD_EPOCH }]),
        end.generation,
      );
      return 'the hold was ended as expired, and its serials were released';
    },
  );
}
