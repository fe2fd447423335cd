import {
  INTERVENTION_QUERY,
  NEEDS_ATTENTION,
  type InterventionReport,
  type SEARCH_ATTRIBUTES,
} from '@box-office/contract';
import { searchAttributeKeys } from '@box-office/temporal';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { defaultPayloadConverter, type SearchAttributePair } from '@temporalio/common';

const CALL_TIMEOUT_MS = 10_000;
/** A worker answers a query within one workflow task. */
const QUERY_TIMEOUT_MS = 2_000;
/** After so many workflows that do not answer, none is queried any more: then no worker is running. */
const MAX_UNANSWERED = 10;
const LOST_PER_PAGE = 200;
/** Values of `ExecutionStatus` in a list filter. */
const LOST_STATUSES = ['Terminated', 'Failed', 'TimedOut', 'Canceled'] as const;
/** gRPC status code. */
const NOT_FOUND = 5;

const isGrpcNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === NOT_FOUND;

/** State of a workflow id. A workflow that Temporal no longer knows counts as closed, with status `unknown`. */
export type WorkflowState =
  | {
      readonly kind: 'running';
      readonly runId: string;
      /** It says that it needs an operator. */
      readonly needsOperator: boolean;
    }
  | {
      readonly kind: 'closed';
      /** It was not terminated, cancelled, timed out or failed. */
      readonly completed: boolean;
      readonly status: string;
      /** Unix time; null if Temporal no longer knows it. */
      readonly closedAtMs: number | null;
    };

/** Whether an activity of the workflow may still run: one that was not told of the close runs up to its timeout. */
export function mayStillRun(state: WorkflowState, idleMs: number): boolean {
  if (state.kind === 'running') return true;
  return state.closedAtMs !== null && Date.now() - state.closedAtMs < idleMs;
}

/** A workflow that closed without completing: terminated, failed, timed out or cancelled. */
export interface LostWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly status: string;
  /** From its search attributes. */
  readonly purchaseIds: readonly string[];
  readonly eventIds: readonly string[];
}

/** How a run began. */
interface StartOfRun {
  readonly argument: unknown;
  /** The workflow's first run; another one if it was reset. */
  readonly firstRunId: string;
}

/**
 * Reads and starts the workflows of the workflow service. Reads them by id, because the visibility list lags behind;
 * the list only serves to find workflows that left no row in PostgreSQL.
 */
export interface TemporalWorkflows {
  /**
   * Workflows of these types that closed without completing, as the visibility list has them. Instants are ISO 8601.
   */
  listLost(o: {
    readonly types: readonly string[];
    readonly closedFrom: string;
    readonly closedBefore: string;
  }): AsyncIterable<LostWorkflow>;
  /** The first argument of a run; undefined if Temporal no longer knows the run. */
  startOf(workflowId: string, runId: string): Promise<StartOfRun | undefined>;
  /** State of a run; without `runId`, of the newest run. */
  stateOf(workflowId: string, runId?: string): Promise<WorkflowState>;
  /** The steps of an open workflow that need an operator; null if it does not answer. */
  interventionReportOf(workflowId: string): Promise<InterventionReport | null>;
  /** Starts a workflow. False if one of the same id runs already. A closed one does not prevent the start. */
  start(workflow: {
    readonly type: string;
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly argument: unknown;
    readonly summary: string;
    readonly searchAttributes: SearchAttributePair[];
    readonly memo?: Record<string, unknown>;
    /** Terminates a running workflow of the same id first. */
    readonly replace?: true;
  }): Promise<boolean>;
}

export type ReportQuery = TemporalWorkflows['interventionReportOf'];

/** Queries each workflow once, and none any more if too many do not answer. */
export function createReportQuery(workflows: Pick<TemporalWorkflows, 'interventionReportOf'>): ReportQuery {
  const answers = new Map<string, ReturnType<ReportQuery>>();
  let unanswered = 0;
  async function query(workflowId: string): ReturnType<ReportQuery> {
    const report = unanswered < MAX_UNANSWERED ? await workflows.interventionReportOf(workflowId) : null;
    if (report === null) unanswered += 1;
    return report;
  }
  return (workflowId) => {
    const answer = answers.get(workflowId) ?? query(workflowId);
    answers.set(workflowId, answer);
    return answer;
  };
}

export function createTemporalWorkflows(client: Client): TemporalWorkflows {
  const withTimeout = <T>(call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);

  return {
    async stateOf(workflowId, runId) {
      try {
        const {
          status,
          closeTime,
          runId: found,
          typedSearchAttributes,
        } = await withTimeout(() => client.workflow.getHandle(workflowId, runId).describe());
        if (status.name === 'RUNNING' || status.name === 'PAUSED') {
          const needsOperator = typedSearchAttributes.get(searchAttributeKeys.purchaseStatus) === NEEDS_ATTENTION;
          return { kind: 'running', runId: found, needsOperator };
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
        `WorkflowType IN (${quoted(types)}) AND ExecutionStatus IN (${quoted(LOST_STATUSES)}) ` +
        `AND CloseTime >= "${closedFrom}" AND CloseTime < "${closedBefore}"`;
      for await (const found of client.workflow.list({ query, pageSize: LOST_PER_PAGE })) {
        const idsIn = (name: keyof typeof SEARCH_ATTRIBUTES): string[] =>
          found.typedSearchAttributes
            .getAll()
            .filter(({ key }) => key.name === name)
            .flatMap(({ value }) => [value].flat().map(String));
        yield {
          workflowId: found.workflowId,
          runId: found.runId,
          type: found.type,
          status: found.status.name,
          purchaseIds: idsIn('PurchaseIds'),
          eventIds: idsIn('EventIds'),
        };
      }
    },

    async startOf(workflowId, runId) {
      const { namespace } = client.options;
      try {
        const { history } = await withTimeout(() =>
          client.workflowService.getWorkflowExecutionHistory({
            namespace,
            execution: { workflowId, runId },
            maximumPageSize: 1,
          }),
        );
        const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
        const input = started?.input?.payloads?.[0];
        if (!input) return undefined;
        const argument = defaultPayloadConverter.fromPayload<unknown>(input);
        return { argument, firstRunId: started.firstExecutionRunId || runId };
      } catch (error) {
        if (isGrpcNotFound(error)) return undefined;
        throw error;
      }
    },

    async interventionReportOf(workflowId) {
      try {
        return await client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () =>
          client.workflow.getHandle(workflowId).query<InterventionReport>(INTERVENTION_QUERY),
        );
      } catch {
        // No worker polls, the workflow task fails, or the workflow has no such query handler.
        return null;
      }
    },

    async start({ type, workflowId, taskQueue, argument, summary, searchAttributes, memo, replace }) {
      try {
        await withTimeout(() =>
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
            ...(memo && { memo }),
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
