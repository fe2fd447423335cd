import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/workflow';

/** The innermost cause of a failed activity or child workflow, in one line. */
export function causeOf(error: unknown): string {
  let cause = error;
  while (cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) cause = cause.cause;
  if (cause instanceof TimeoutFailure) return 'no answer in time';
  if (cause instanceof ApplicationFailure) return cause.message.split('\n', 1)[0] ?? '';
  return cause instanceof Error ? cause.message : String(cause);
}
