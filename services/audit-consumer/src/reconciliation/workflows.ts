import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';

const CALL_TIMEOUT_MS = 10_000;

/** What Temporal has under a workflow id. A workflow that it does not know any more is closed. */
export type WorkflowState =
  | { readonly kind: 'running' }
  | {
      readonly kind: 'closed';
      /** It came to its own end: not terminated, cancelled or failed. */
      readonly completed: boolean;
      readonly status: string;
      /** Unix time; null where Temporal does not know it any more. */
      readonly closedAtMs: number | null;
    };

/** The workflows of others, looked at one by one by their ids and never through a list, which lags behind. */
export interface Workflows {
  /** State of a run, or of the newest run of the id. */
  stateOf(workflowId: string, runId?: string): Promise<WorkflowState>;
  /** False if it is running already. A closed one of the same id does not count. */
  start(workflow: {
    readonly type: string;
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly argument: unknown;
    readonly summary: string;
    readonly searchAttributes: SearchAttributePair[];
  }): Promise<boolean>;
}

export function createWorkflows(client: Client): Workflows {
  const inTime = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);

  return {
    async stateOf(workflowId, runId) {
      try {
        const { status, closeTime } = await inTime(() => client.workflow.getHandle(workflowId, runId).describe());
        if (status.name === 'RUNNING' || status.name === 'PAUSED') return { kind: 'running' };
        const completed = status.name === 'COMPLETED';
        return { kind: 'closed', completed, status: status.name, closedAtMs: closeTime?.getTime() ?? null };
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        return { kind: 'closed', completed: false, status: 'unknown', closedAtMs: null };
      }
    },

    async start({ type, workflowId, taskQueue, argument, summary, searchAttributes }) {
      try {
        await inTime(() =>
          client.workflow.start(type, {
            workflowId,
            taskQueue,
            args: [argument],
            staticSummary: summary,
            workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
            workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
            typedSearchAttributes: searchAttributes,
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
        throw error;
      }
    },
  };
}
