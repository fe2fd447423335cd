import {
  HOLD_RELEASE_UPDATE,
  HOLD_TAKEN_UPDATE,
  HOLD_WORKFLOW,
  PURCHASE_TASK_QUEUE,
  holdWorkflowId,
  summary,
} from '@box-office/contract';
import type { Hold, HoldOrder, HoldWorkflowStatus, SEARCH_ATTRIBUTES } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { classifyStartFailure } from '../purchasing/start-failure.js';
import type { HoldCall, HoldDesk } from './hold-desk.js';

type HoldWorkflow = (order: HoldOrder) => Promise<Hold>;
type AttributeName = keyof typeof SEARCH_ATTRIBUTES;

const listAttribute = (name: AttributeName, value: string[]) => ({
  key: { name, type: 'KEYWORD_LIST' as const },
  value,
});
const OPEN: HoldWorkflowStatus = 'open';
/** How the server says that the workflow was started, and terminated before it could answer. */
const TERMINATED = 'NOT_FOUND: Update-with-Start';

/**
 * Starts a hold's workflow and asks it in one call, which is the same for every repeat: the workflow id is the hold's, and
 * each update has an id of its own, so that concurrent repeats share one.
 */
export function createTemporalHoldDesk(o: { client: Client; logger: Logger; waitMs: number }): HoldDesk {
  async function call(order: HoldOrder, update: string, args: [string] | [], what: string): Promise<HoldCall> {
    try {
      const hold = await o.client.withDeadline(Date.now() + o.waitMs, () =>
        o.client.workflow.executeUpdateWithStart<HoldWorkflow, Hold, [string] | []>(update, {
          args,
          updateId: update,
          startWorkflowOperation: startOf(order, what),
        }),
      );
      return { kind: 'answered', hold };
    } catch (error) {
      // Completed, or it failed or was terminated with the update under way: PostgreSQL knows more.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { kind: 'ended' };
      if (error instanceof WorkflowUpdateFailedError) return { kind: 'ended' };
      const failure = classifyStartFailure(error);
      if (failure.cause.startsWith(TERMINATED)) return { kind: 'ended' };
      o.logger.warn({ holdId: order.holdId, update, cause: failure.cause }, 'a call to a hold workflow failed');
      return failure.kind === 'not_taken'
        ? { kind: 'not_sent', retryAfterS: failure.retryAfterS }
        : { kind: 'unknown' };
    }
  }

  return {
    take: (order, labels) => call(order, HOLD_TAKEN_UPDATE, [], `${wishOf(order)} for ${labels.eventName}`),
    release(hold, { requestedBy, requestId }) {
      const { holdId, fingerprint, userId, eventId, wanted } = hold;
      // The hold has its row, so the workflow takes nothing if it has to be started again.
      const order = { holdId, fingerprint, userId, eventId, items: wanted, durationMs: 0, requestId };
      return call(order, HOLD_RELEASE_UPDATE, [requestedBy], `${wishOf(order)}, started again to give it back`);
    },
    longestReplyMs: o.waitMs,
  };
}

/** One that completed is never run again; one that was lost is, and finds its row. */
function startOf(order: HoldOrder, what: string): WithStartWorkflowOperation<HoldWorkflow> {
  return new WithStartWorkflowOperation<HoldWorkflow>(HOLD_WORKFLOW, {
    workflowId: holdWorkflowId(order.holdId),
    taskQueue: PURCHASE_TASK_QUEUE,
    args: [order],
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    typedSearchAttributes: [
      listAttribute('PurchaseIds', [order.holdId]),
      listAttribute('EventIds', [order.eventId]),
      listAttribute('UserIds', [order.userId]),
      { key: { name: 'PurchaseStatus' satisfies AttributeName, type: 'KEYWORD' as const }, value: OPEN },
    ],
    memo: { buyer: order.userId, items: wishOf(order), requestId: order.requestId },
    staticSummary: summary`Hold: ${what}, buyer ${order.userId}`,
  });
}

const wishOf = ({ items }: HoldOrder): string =>
  items.map((item) => `${item.quantity} × ${item.ticketType}`).join(', ');
