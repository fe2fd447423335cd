import type { ResolveRequest, WaitingForPerson } from '@box-office/contract';
import type { StalledWork } from '@box-office/records';
import type { StalledReads } from '../ports.js';
import type { AttentionDesk } from './attention-desk.js';
import type { Resolution } from './resolving.js';

/** What a decision about a workflow that does nothing is said to be about. */
const STEP = 'workflow';

const NEXT = {
  retry: 'Its workflow is ended, and what is unfinished continues in a new one within a few minutes.',
  compensate:
    'Its workflow is ended; a new one undoes the purchase within a few minutes: no money is kept, and its tickets are free.',
} as const;

/**
 * Carries out an operator's decision about work that stands still although its workflow is open. The workflow is ended, and
 * what it left unfinished goes on in a new one, under the next epoch; a purchase that is to be undone undoes itself then.
 */
export function createStalledDecision(
  deps: Pick<StalledReads, 'askToUndo' | 'recordOperatorAction'> & { readonly desk: Pick<AttentionDesk, 'end'> },
) {
  return async function decide(stalled: StalledWork, updateId: string, request: ResolveRequest): Promise<Resolution> {
    const { purchaseId, workflowId, what } = stalled;
    const { action, operator, reason } = request;
    if (action !== 'retry' && (action !== 'compensate' || what !== 'purchase')) {
      const possible = what === 'purchase' ? 'retry and compensate are' : 'retry is';
      return { kind: 'refused', reason: `its workflow stands still: only ${possible} possible` };
    }
    const decision = { operator, reason, action, step: STEP, purchaseIds: [purchaseId], updateId, workflowId };
    await deps.recordOperatorAction(decision);
    if (action === 'compensate') await deps.askToUndo(purchaseId);
    const isEnded = await deps.desk.end(workflowId, `${operator}: ${action} (${reason})`);
    return isEnded ? { kind: 'resolved', step: STEP, action, next: NEXT[action] } : { kind: 'unavailable' };
  };
}

/** As it is listed among what waits for a person. */
export function stalledView({
  purchaseId,
  eventId,
  userId,
  workflowId,
  runId,
  since,
  cause,
}: StalledWork): Omit<WaitingForPerson, 'cancellations'> {
  const details = `It stands still: ${cause}. \`retry\` ends this workflow and goes on in a new one; \`compensate\` undoes the purchase so.`;
  return {
    ...{ workflowId, runId, since, cause, details, step: STEP },
    ...{ purchaseIds: [purchaseId], eventIds: [eventId], userIds: [userId] },
  };
}
