import {
  HOLD_RELEASE_UPDATE,
  HOLD_TAKEN_UPDATE,
  HOLD_WORKFLOW,
  PURCHASE_TASK_QUEUE,
  holdWorkflowId,
  summary,
  type Hold,
  type HoldOrder,
} from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import { searchAttributesOf } from '@box-office/temporal';
import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { classifyStartFailure } from '../temporal/start-failure.js';
import { describeItems } from '../purchase/workflow-options.js';
import type { HoldCall, HoldClient } from './hold-client.js';

type HoldWorkflow = (order: HoldOrder) => Promise<Hold>;
/** The server's message for a workflow that was started and terminated before it answered. */
const TERMINATED = 'NOT_FOUND: Update-with-Start';

/**
 * Starts a hold's workflow and sends it an update in one call. The workflow id is the hold's, so a repeat reaches the same
 * workflow. Temporal answers an update id that it knows with the first answer: repeats of `taken` share one, since the
 * hold is taken once. Each request to release is an update of its own: a purchase may have returned the hold since the
 * last one.
 */
export function createTemporalHoldClient(o: { client: Client; logger: Logger; waitMs: number }): HoldClient {
  async function call(order: HoldOrder, update: string, args: [string] | [], what: string): Promise<HoldCall> {
    try {
      const hold = await o.client.withDeadline(Date.now() + o.waitMs, () =>
        o.client.workflow.executeUpdateWithStart<HoldWorkflow, Hold, [string] | []>(update, {
          args,
          ...(update === HOLD_TAKEN_UPDATE && { updateId: update }),
          startWorkflowOperation: startOf(order, what),
        }),
      );
      return { kind: 'answered', hold };
    } catch (error) {
      // Completed, or it failed or was terminated during the update: PostgreSQL knows more.
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
    take: (order, labels) =>
      call(order, HOLD_TAKEN_UPDATE, [], `${describeItems(order.items)} for ${labels.eventName}`),
    release(hold, { requestedBy, requestId }) {
      const { holdId, fingerprint, userId, eventId, wanted } = hold;
      // The hold has its row, so the workflow takes nothing if it has to be started again.
      const order = { holdId, fingerprint, userId, eventId, items: wanted, durationMs: 0, requestId };
      return call(
        order,
        HOLD_RELEASE_UPDATE,
        [requestedBy],
        `${describeItems(order.items)}, started again to release it`,
      );
    },
    maxReplyMs: o.waitMs,
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
    typedSearchAttributes: searchAttributesOf({
      purchaseIds: [order.holdId],
      eventIds: [order.eventId],
      userIds: [order.userId],
    }),
    memo: { buyer: order.userId, items: describeItems(order.items), requestId: order.requestId },
    staticSummary: summary`Hold: ${what}, buyer ${order.userId}`,
  });
}
