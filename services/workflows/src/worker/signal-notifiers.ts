import {
  CANCELLATION_ASKED_SIGNAL,
  HOLD_CHANGED_SIGNAL,
  holdWorkflowId,
  type CancellationAsked,
} from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import { getClient } from '@temporalio/activity';

/** A notification that arrives later than this is of no use: the hold's own timer fires. */
const NOTIFY_TIMEOUT_MS = 2_000;

/**
 * Signals a hold's workflow that a purchase has used or returned the hold, without waiting: PostgreSQL has it already, so a
 * lost signal only delays the workflow until its timer. A signal of the purchase's workflow would cost that one a task. Call
 * it within an activity.
 */
export function createHoldNotifier(logger: Logger): (holdId: string, purchaseId: string) => void {
  return (holdId, purchaseId) => {
    const client = getClient();
    client
      .withDeadline(Date.now() + NOTIFY_TIMEOUT_MS, () =>
        client.workflow.getHandle(holdWorkflowId(holdId)).signal(HOLD_CHANGED_SIGNAL, purchaseId),
      )
      .catch((error: unknown) =>
        logger.debug({ err: error, holdId, purchaseId }, 'the notification of a hold was lost'),
      );
  };
}

/**
 * Signals a purchase's workflow that its cancellation was requested, without waiting, for its progress log. Call it within an
 * activity.
 */
export function createCancellationNotifier(logger: Logger): (workflowId: string, asked: CancellationAsked) => void {
  return (workflowId, asked) => {
    const client = getClient();
    client
      .withDeadline(Date.now() + NOTIFY_TIMEOUT_MS, () =>
        client.workflow.getHandle(workflowId).signal(CANCELLATION_ASKED_SIGNAL, asked),
      )
      .catch((error: unknown) =>
        logger.debug({ err: error, workflowId }, 'the notification of a cancellation was lost'),
      );
  };
}
