import {
  CANCELLATION_ASKED_SIGNAL,
  HOLD_CHANGED_SIGNAL,
  holdWorkflowId,
  type CancellationAsked,
} from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import { getClient } from '@temporalio/activity';

/** A hint that comes later than this is of no use: the hold's own timer is as good. */
const TELL_MS = 2_000;

/**
 * Tells a hold's workflow that a purchase has used or returned it, so that it ends now instead of when its time is over, or takes
 * up what it was asked meanwhile, without waiting: PostgreSQL knows already. Not a signal of the purchase's workflow, which would cost it a task to wait for.
 * To be called within an activity.
 */
export function createHoldTeller(logger: Logger): (holdId: string, purchaseId: string) => void {
  return (holdId, purchaseId) => {
    const client = getClient();
    client
      .withDeadline(Date.now() + TELL_MS, () =>
        client.workflow.getHandle(holdWorkflowId(holdId)).signal(HOLD_CHANGED_SIGNAL, purchaseId),
      )
      .catch((error: unknown) =>
        logger.debug({ err: error, holdId, purchaseId }, 'a hold was not told of its purchase'),
      );
  };
}

/**
 * Tells the workflow of a purchase that a cancellation of it was asked for, without waiting, so that its details say what it
 * is to do. To be called within an activity.
 */
export function createCancellationTeller(logger: Logger): (workflowId: string, asked: CancellationAsked) => void {
  return (workflowId, asked) => {
    const client = getClient();
    client
      .withDeadline(Date.now() + TELL_MS, () =>
        client.workflow.getHandle(workflowId).signal(CANCELLATION_ASKED_SIGNAL, asked),
      )
      .catch((error: unknown) =>
        logger.debug({ err: error, workflowId }, 'a purchase was not told of its cancellation'),
      );
  };
}
