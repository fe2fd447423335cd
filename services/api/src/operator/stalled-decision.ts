import type { ResolveRequest } from '@box-office/contract';
import type { StalledWork } from '@box-office/database';
import type { Database } from '../database.js';
import type { InterventionClient, WaitingWorkflow } from './intervention-client.js';
import type { Resolution } from './decision.js';

/** The step that a decision about a stalled workflow names. */
export const STALLED_STEP = 'workflow';

/** Stalled work of a purchase. */
export type StalledPurchase = StalledWork & { readonly purchaseId: string };

const RETRIED = 'Its workflow is terminated. A new one continues the unfinished work within a few minutes.';
const UNDONE =
  'Its workflow is terminated. A new one undoes the purchase within a few minutes: no money is kept, and its tickets can be sold again.';

interface Remedy {
  /** The decisions that are possible, and what happens next. */
  readonly decisions: Partial<Record<ResolveRequest['action'], string>>;
  /** The answer to any other decision. */
  readonly refusal: string;
  /** What an operator can do. */
  readonly remedy: string;
}

const REMEDIES: Readonly<Record<StalledWork['what'], Remedy>> = {
  purchase: {
    decisions: { retry: RETRIED, compensate: UNDONE },
    refusal: 'its workflow is stalled: only retry and compensate are possible',
    remedy:
      '`retry` terminates this workflow and continues in a new one; `compensate` undoes the purchase in a new one.',
  },
  cancellation: {
    decisions: { retry: RETRIED },
    refusal: 'the workflow of its cancellation is stalled: only retry is possible',
    remedy: '`retry` terminates this workflow and continues the cancellation in a new one.',
  },
  event_cancellation: {
    decisions: {},
    refusal: 'the cancellation of its event is stalled: its workflow has to be terminated',
    remedy: 'Terminate this workflow in the Temporal UI: a new one continues the cancellation of the event.',
  },
};

/**
 * Carries out an operator's decision about work that is stalled although its workflow is open. The workflow is terminated,
 * and a new one continues its work under the next epoch; a purchase that is to be undone is undone there.
 */
export function createStalledDecision(
  deps: Pick<Database, 'recordStalledDecision'> & {
    readonly interventions: Pick<InterventionClient, 'end'>;
  },
) {
  return async function decide(
    stalled: StalledPurchase,
    updateId: string,
    request: ResolveRequest,
  ): Promise<Resolution> {
    const { purchaseId, workflowId, runId, what } = stalled;
    const { action, operator, reason } = request;
    const { decisions, refusal } = REMEDIES[what];
    const next = decisions[action];
    if (next === undefined) return { kind: 'refused', reason: refusal };
    const decision = { operator, reason, action, step: STALLED_STEP, purchaseId, updateId, workflowId };
    // Its workflow may have continued at this moment.
    if (!(await deps.recordStalledDecision(decision))) return { kind: 'nothing_stuck' };
    const isEnded = await deps.interventions.end({ workflowId, runId }, `${operator}: ${action} (${reason})`);
    return isEnded ? { kind: 'resolved', step: STALLED_STEP, action, next } : { kind: 'unavailable' };
  };
}

/** As it is listed among what needs an operator. */
export function stalledView({
  purchaseId,
  eventId,
  userId,
  workflowId,
  runId,
  since,
  cause,
  what,
}: StalledWork): WaitingWorkflow {
  const details = `It is stalled: ${cause}. ${REMEDIES[what].remedy}`;
  return {
    workflowId,
    runId,
    since,
    cause,
    details,
    step: STALLED_STEP,
    eventIds: [eventId],
    purchaseIds: purchaseId === null ? [] : [purchaseId],
    userIds: userId === null ? [] : [userId],
  };
}
