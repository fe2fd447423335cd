import type { ResolveRequest, NeedsIntervention } from '@box-office/contract';
import type { StalledWork } from '@box-office/database';
import type { Database } from '../database.js';
import type { InterventionClient } from './intervention-client.js';
import type { Resolution } from './decision.js';

/** The step that a decision about a stalled workflow names. */
export const STALLED_STEP = 'workflow';

/** Stalled work of a purchase. */
export type StalledPurchase = StalledWork & { readonly purchaseId: string };

const NEXT = {
  retry: 'Its workflow is terminated. A new one continues the unfinished work within a few minutes.',
  compensate:
    'Its workflow is terminated. A new one undoes the purchase within a few minutes: no money is kept, and its tickets can be sold again.',
} as const;

/**
 * Carries out an operator's decision about work that is stalled although its workflow is open. The workflow is terminated,
 * and a new one continues its work under the next epoch; a purchase that is to be undone is undone there.
 */
export function createStalledDecision(
  deps: Pick<Database, 'askToUndo' | 'recordOperatorAction'> & {
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
    if (action !== 'retry' && (action !== 'compensate' || what !== 'purchase')) {
      const possible = what === 'purchase' ? 'retry and compensate are' : 'retry is';
      return { kind: 'refused', reason: `its workflow is stalled: only ${possible} possible` };
    }
    const decision = { operator, reason, action, step: STALLED_STEP, purchaseIds: [purchaseId], updateId, workflowId };
    // Its workflow may have continued at this moment.
    if (action === 'compensate' && !(await deps.askToUndo(purchaseId))) return { kind: 'nothing_stuck' };
    await deps.recordOperatorAction(decision);
    const isEnded = await deps.interventions.end({ workflowId, runId }, `${operator}: ${action} (${reason})`);
    return isEnded ? { kind: 'resolved', step: STALLED_STEP, action, next: NEXT[action] } : { kind: 'unavailable' };
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
}: StalledWork): Omit<NeedsIntervention, 'cancellations'> {
  const remedy =
    purchaseId === null
      ? 'Terminate this workflow in the Temporal UI: a new one continues the cancellation of the event.'
      : '`retry` terminates this workflow and continues in a new one; `compensate` undoes the purchase in a new one.';
  const details = `It is stalled: ${cause}. ${remedy}`;
  return {
    ...{ workflowId, runId, since, cause, details, step: STALLED_STEP },
    eventIds: [eventId],
    purchaseIds: purchaseId === null ? [] : [purchaseId],
    userIds: userId === null ? [] : [userId],
  };
}
