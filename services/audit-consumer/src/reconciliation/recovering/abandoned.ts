import { decideFindings, recordFindings, type NewFinding } from '@box-office/records';
import type { ReconciliationDeps } from '../deps.js';
import type { SweepName } from '../recording.js';
import type { WorkflowState } from '../workflows.js';

/** What is known of something that stands unfinished, and of its workflows. */
interface Abandoned {
  /** `purchase`, `hold`, `cancellation` or `event cancellation`. */
  readonly what: string;
  readonly id: string;
  readonly eventId: string;
  readonly purchaseId: string | null;
  /** What stands in its row. */
  readonly status: string;
  readonly cause: string;
}

/**
 * Takes up what was left behind, and keeps that it was. The finding is there before anything is done, so that one of which
 * the outcome got lost is seen again.
 *
 * @param takeUp answers what it did, or null if somebody else was faster
 */
export async function recover(
  deps: Pick<ReconciliationDeps, 'pool'>,
  sweep: SweepName,
  abandoned: Abandoned,
  takeUp: () => Promise<string | null>,
): Promise<boolean> {
  const { what, id, eventId, purchaseId, status, cause } = abandoned;
  const finding: NewFinding = {
    kind: 'abandoned',
    subject: `${what} ${id}`,
    ...{ eventId, purchaseId, ticketType: null, cause },
    expected: { finished: true },
    found: { status },
    action: 'it is to go on',
  };
  const [recorded] = await recordFindings(deps.pool, sweep, [finding]);
  const action = await takeUp();
  if (recorded) {
    const { findingId } = recorded;
    await decideFindings(deps.pool, [
      action === null
        ? { findingId, status: 'gone', action: 'nothing: it goes on already' }
        : { findingId, status: 'repaired', action },
    ]);
  }
  return action !== null;
}

/** True while something of a closed workflow may still be at work: an activity that was not told of the end. */
export function mayStillAct(state: WorkflowState, idleMs: number): boolean {
  if (state.kind === 'running') return true;
  return state.closedAtMs !== null && Date.now() - state.closedAtMs < idleMs;
}

/** How a workflow ended, in words. */
export function endInWords(workflowId: string, state: WorkflowState): string {
  if (state.kind === 'running') return `${workflowId} runs`;
  const how = state.status === 'unknown' ? 'is unknown to Temporal' : `is over: ${state.status.toLowerCase()}`;
  return `its workflow ${workflowId} ${how}`;
}
