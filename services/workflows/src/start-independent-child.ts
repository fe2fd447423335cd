import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
  type ChildWorkflowOptions,
} from '@temporalio/workflow';

/**
 * Starts a workflow that outlives this one, with its own retries, its own row in the Temporal UI and its own operator
 * decisions. Resolves once it has started, or if it has been started before (by a run before a reset, say).
 *
 * Not cancellable: the start of a child that is to be abandoned, cancelled between its command and its beginning, is never
 * answered.
 */
export async function startIndependentChild(
  type: string,
  input: unknown,
  options: ChildWorkflowOptions & { readonly workflowId: string },
): Promise<void> {
  const start = () =>
    startChild(type, {
      ...options,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
    });
  try {
    await CancellationScope.nonCancellable(start);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
