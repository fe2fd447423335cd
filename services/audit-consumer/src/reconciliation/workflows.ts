import { ATTENTION_QUERY, type AttentionReport, type SEARCH_ATTRIBUTES } from '@box-office/contract';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { defaultPayloadConverter, type SearchAttributePair } from '@temporalio/common';

const CALL_TIMEOUT_MS = 10_000;
/** A worker answers within its workflow task. */
const QUESTION_MS = 2_000;
const LOST_PER_PAGE = 200;
/** As the list names them. */
const LOST = ['Terminated', 'Failed', 'TimedOut', 'Canceled'] as const;
/** Status of gRPC: Temporal does not have it, or not any more. */
const NOT_FOUND = 5;

const isGrpcNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === NOT_FOUND;

/** What Temporal has under a workflow id. A workflow that it does not know any more is closed. */
export type WorkflowState =
  | { readonly kind: 'running'; readonly runId: string }
  | {
      readonly kind: 'closed';
      /** It came to its own end: not terminated, cancelled or failed. */
      readonly completed: boolean;
      readonly status: string;
      /** Unix time; null where Temporal does not know it any more. */
      readonly closedAtMs: number | null;
    };

/** A workflow that was closed before its end: terminated, failed, timed out or cancelled. */
export interface LostWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly status: string;
  /** The ids that it was labelled with. */
  readonly purchaseIds: readonly string[];
  readonly eventIds: readonly string[];
}

/**
 * The workflows of others, looked at one by one by their ids: a list lags behind, and serves only to find those of which
 * nothing else is known.
 */
export interface Workflows {
  /** Those of these types that were lost in a time, as far as the list has them. Instants are ISO 8601. */
  listLost(o: {
    readonly types: readonly string[];
    readonly closedFrom: string;
    readonly closedBefore: string;
  }): AsyncIterable<LostWorkflow>;
  /** The first argument that a run was started with; undefined if Temporal does not know it any more. */
  argumentOf(workflowId: string, runId: string): Promise<unknown>;
  /** State of a run, or of the newest run of the id. */
  stateOf(workflowId: string, runId?: string): Promise<WorkflowState>;
  /** What an open workflow says of its steps; null where it does not answer. */
  attentionOf(workflowId: string): Promise<AttentionReport | null>;
  /** False if it is running already, unless it is to be replaced. A closed one of the same id does not count. */
  start(workflow: {
    readonly type: string;
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly argument: unknown;
    readonly summary: string;
    readonly searchAttributes: SearchAttributePair[];
    /** One that runs is terminated first. */
    readonly replace?: true;
  }): Promise<boolean>;
}

export function createWorkflows(client: Client): Workflows {
  const inTime = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);

  return {
    async stateOf(workflowId, runId) {
      try {
        const {
          status,
          closeTime,
          runId: found,
        } = await inTime(() => client.workflow.getHandle(workflowId, runId).describe());
        if (status.name === 'RUNNING' || status.name === 'PAUSED') {
          return { kind: 'running', runId: found };
        }
        const completed = status.name === 'COMPLETED';
        return { kind: 'closed', completed, status: status.name, closedAtMs: closeTime?.getTime() ?? null };
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        return { kind: 'closed', completed: false, status: 'unknown', closedAtMs: null };
      }
    },

    async *listLost({ types, closedFrom, closedBefore }) {
      const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
      const query =
        `WorkflowType IN (${quoted(types)}) AND ExecutionStatus IN (${quoted(LOST)}) ` +
        `AND CloseTime >= "${closedFrom}" AND CloseTime < "${closedBefore}"`;
      for await (const found of client.workflow.list({ query, pageSize: LOST_PER_PAGE })) {
        const labelled = (name: keyof typeof SEARCH_ATTRIBUTES): string[] =>
          found.typedSearchAttributes
            .getAll()
            .filter(({ key }) => key.name === name)
            .flatMap(({ value }) => [value].flat().map(String));
        yield {
          ...{ workflowId: found.workflowId, runId: found.runId, type: found.type, status: found.status.name },
          purchaseIds: labelled('PurchaseIds'),
          eventIds: labelled('EventIds'),
        };
      }
    },

    async argumentOf(workflowId, runId) {
      const { namespace } = client.options;
      try {
        const { history } = await inTime(() =>
          client.workflowService.getWorkflowExecutionHistory({
            ...{ namespace, execution: { workflowId, runId }, maximumPageSize: 1 },
          }),
        );
        const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
        return input ? defaultPayloadConverter.fromPayload<unknown>(input) : undefined;
      } catch (error) {
        if (isGrpcNotFound(error)) return undefined;
        throw error;
      }
    },

    async attentionOf(workflowId) {
      try {
        return await client.withDeadline(Date.now() + QUESTION_MS, () =>
          client.workflow.getHandle(workflowId).query<AttentionReport>(ATTENTION_QUERY),
        );
      } catch {
        // No worker is there, it fails its tasks, or it does not know the question.
        return null;
      }
    },

    async start({ type, workflowId, taskQueue, argument, summary, searchAttributes, replace }) {
      try {
        await inTime(() =>
          client.workflow.start(type, {
            workflowId,
            taskQueue,
            args: [argument],
            staticSummary: summary,
            workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
            workflowIdConflictPolicy: replace
              ? WorkflowIdConflictPolicy.TERMINATE_EXISTING
              : WorkflowIdConflictPolicy.FAIL,
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
