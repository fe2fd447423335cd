import { decideFindings, recordFindings, type NewFinding } from '@box-office/database';
import type { RunIdentity } from '../confirm-findings.js';
import type { ReconciliationDeps } from '../deps.js';
import { mayStillRun, type WorkflowState } from '../temporal-workflows.js';

/** Unfinished work whose workflow is closed, or a hold that is long overdue. */
interface AbandonedWork {
  /** `purchase`, `hold`, `cancellation` or `event_cancellation`. */
  readonly what: string;
  readonly id: string;
  readonly eventId: string;
  readonly purchaseId: string | null;
  /** Status of its row. */
  readonly status: string;
  readonly cause: string;
}

/**
 * Recovers abandoned work and records that as a finding. The finding is recorded first, so that a recovery whose result
 * was lost leaves a trace.
 *
 * @param resume continues the work; returns what it did, or null if another process was faster
 * @returns whether this call recovered it
 */
export async function recoverAbandoned(
  deps: Pick<ReconciliationDeps, 'pool'>,
  run: RunIdentity,
  work: AbandonedWork,
  resume: () => Promise<string | null>,
): Promise<boolean> {
  const { what, id, eventId, purchaseId, status, cause } = work;
  const finding: NewFinding = {
    kind: 'abandoned',
    subject: `${what} ${id}`,
    eventId,
    purchaseId,
    ticketType: null,
    cause,
    expected: { finished: true },
    found: { status },
    action: 'continue it in a new workflow, or end it if it is an expired hold',
  };
  const [recorded] = await recordFindings(deps.pool, run, [finding]);
  const action = await resume();
  if (recorded) {
    const { findingId } = recorded;
    await decideFindings(deps.pool, [
      action === null
        ? { findingId, status: 'gone', action: 'none: it continues already' }
        : { findingId, status: 'repaired', action },
    ]);
  }
  return action !== null;
}

/**
 * Recovers work none of whose workflows may still run.
 *
 * @param o.workflows each with the run that is meant, by default the newest; how the first one closed is the cause
 */
export async function recoverIfClosed(
  deps: Pick<ReconciliationDeps, 'pool' | 'workflows' | 'idleMs'>,
  run: RunIdentity,
  o: {
    readonly work: Omit<AbandonedWork, 'cause'>;
    readonly workflows: readonly (readonly [workflowId: string, runId?: string])[];
    readonly resume: () => Promise<string | null>;
  },
): Promise<boolean> {
  let cause = '';
  for (const [workflowId, runId] of o.workflows) {
    const state = await deps.workflows.stateOf(workflowId, runId);
    if (mayStillRun(state, deps.idleMs)) return false;
    cause ||= describeClose(workflowId, state);
  }
  return recoverAbandoned(deps, run, { ...o.work, cause }, o.resume);
}

/** Describes how a workflow closed, as the cause of a finding. */
export function describeClose(workflowId: string, state: WorkflowState): string {
  if (state.kind === 'running') return `workflow ${workflowId} is running`;
  const how = state.status === 'unknown' ? 'is unknown to Temporal' : `is closed: ${state.status.toLowerCase()}`;
  return `workflow ${workflowId} ${how}`;
}
