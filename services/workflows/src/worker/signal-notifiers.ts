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

/** Within an activity: signals a workflow without waiting, and never fails. */
function notify(logger: Logger, workflowId: string, signal: string, arg: unknown): void {
  const client = getClient();
  client
    .withDeadline(Date.now() + NOTIFY_TIMEOUT_MS, () => client.workflow.getHandle(workflowId).signal(signal, arg))
    .catch((error: unknown) => logger.debug({ err: error, workflowId, signal }, 'a notification was lost'));
}

/**
 * Signals a hold's workflow that a purchase has used or returned the hold: PostgreSQL has it already, so a lost signal only
 * delays the workflow until its timer. A signal of the purchase's workflow would cost that one a task.
 */
export function createHoldNotifier(logger: Logger): (holdId: string, purchaseId: string) => void {
  return (holdId, purchaseId) => notify(logger, holdWorkflowId(holdId), HOLD_CHANGED_SIGNAL, purchaseId);
}

/** Signals a purchase's workflow that its cancellation was requested, for its progress log. */
export function createCancellationNotifier(logger: Logger): (workflowId: string, asked: CancellationAsked) => void {
  return (workflowId, asked) => notify(logger, workflowId, CANCELLATION_ASKED_SIGNAL, asked);
}
