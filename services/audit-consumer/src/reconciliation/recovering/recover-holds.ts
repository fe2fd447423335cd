import { holdWorkflowId, type Hold } from '@box-office/contract';
import { endHold, findOverdueHolds } from '@box-office/database';
import { releaseHolds } from '@box-office/inventory-sync';
import type { RunIdentity } from '../confirm-findings.js';
import type { ReconciliationDeps } from '../deps.js';
import { handlePages } from '../paging.js';
import { mayStillRun } from '../temporal-workflows.js';
import { describeClose, recoverAbandoned } from './recover-abandoned.js';

const PAGE_SIZE = 200;

/**
 * Ends expired holds that their workflow should have ended: it is closed, or has not done so for `stalledMs`. PostgreSQL
 * decides whether a hold ends, so a workflow that ends it later changes nothing.
 */
export function recoverHolds(deps: ReconciliationDeps, run: RunIdentity): Promise<number> {
  return handlePages({
    limit: PAGE_SIZE,
    read: (page) => findOverdueHolds(deps.pool, { ...page, overdueMs: deps.idleMs }),
    cursorOf: ({ holdId }) => holdId,
    handle: (hold) => recoverOne(deps, run, hold),
  });
}

async function recoverOne(deps: ReconciliationDeps, run: RunIdentity, hold: Hold): Promise<boolean> {
  const { holdId, eventId, status, expiresAt } = hold;
  const workflowId = holdWorkflowId(holdId);
  const state = await deps.workflows.stateOf(workflowId);
  const isStalled = state.kind === 'running' && Date.parse(expiresAt ?? '') < Date.now() - deps.stalledMs;
  if (!isStalled && mayStillRun(state, deps.idleMs)) return false;
  const cause = isStalled ? `workflow ${workflowId} is open, and did not end it` : describeClose(workflowId, state);
  return recoverAbandoned(
    deps,
    run,
    { what: 'hold', id: holdId, eventId, purchaseId: null, status, cause },
    async () => {
      const end = await endHold(deps.pool, holdId, 'expired');
      // At this moment a purchase used the hold, or its buyer released it.
      if (end?.hold.status !== 'expired') return null;
      await releaseHolds(deps, eventId, [holdId], end.generation);
      return 'the hold was ended as expired, and its serials were released';
    },
  );
}
