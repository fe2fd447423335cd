import {
  INTERVENTION_QUERY,
  NEEDS_ATTENTION,
  RESOLVE_REFUSALS,
  RESOLVE_UPDATE,
  type InterventionReport,
  type ResolveReply,
  type ResolveRequest,
  type SEARCH_ATTRIBUTES,
} from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import {
  ApplicationFailure,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import type { InterventionClient, DecisionReply, WaitingWorkflow, WorkflowCheck } from './intervention-client.js';
import { nullIfUnknown } from '../temporal/null-if-unknown.js';
import { isBadArgument } from '../http/middleware/dependency-unavailable.js';

const STATUS = 'PurchaseStatus' satisfies keyof typeof SEARCH_ATTRIBUTES;
const WAITING = `${STATUS} = "${NEEDS_ATTENTION}" AND ExecutionStatus = "Running"`;

/** Workflows of a page that are described concurrently. */
const MAX_CONCURRENT_CHECKS = 10;
/** Deadline of one query of a workflow, and of all of a page: while no worker runs, none is answered. */
const QUERY_MS = 1_500;
const ALL_QUERIES_MS = 4_000;
/** A decision is written to the audit log before it is answered. */
const DECISION_MS = 8_000;

interface Deps {
  readonly client: Client;
  readonly namespace: string;
  readonly logger: Logger;
}

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/** Lists stuck workflows and sends decisions to them, through Temporal. */
export function createTemporalInterventionClient(deps: Deps): InterventionClient {
  const { client, namespace, logger } = deps;

  return {
    async list({ limit, after }) {
      let answer;
      try {
        answer = await client.workflowService.listWorkflowExecutions({
          namespace,
          query: WAITING,
          pageSize: limit,
          ...(after !== undefined && { nextPageToken: Buffer.from(after, 'base64url') }),
        });
      } catch (error) {
        if (after !== undefined && isBadArgument(error)) return { kind: 'unknown_cursor' };
        throw error;
      }
      const listed = answer.executions.map(({ execution }) => execution);
      const purchases: WaitingWorkflow[] = [];
      const untilMs = Date.now() + ALL_QUERIES_MS;
      for (let first = 0; first < listed.length; first += MAX_CONCURRENT_CHECKS) {
        const checks = listed
          .slice(first, first + MAX_CONCURRENT_CHECKS)
          .map((execution) =>
            inspect(deps, { workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' }, untilMs),
          );
        // One that continued meanwhile is left out.
        purchases.push(...(await Promise.all(checks)).flatMap((check) => check?.waiting ?? []));
      }
      const token = Buffer.from(answer.nextPageToken).toString('base64url');
      return { kind: 'page', purchases, next: token === '' ? null : token };
    },

    describe: (workflowId) => describeWorkflow(deps, workflowId),

    count: async () => (await client.workflow.count(WAITING)).count,

    async end({ workflowId, runId }, reason) {
      try {
        await client.withDeadline(Date.now() + DECISION_MS, () =>
          client.workflow.getHandle(workflowId, runId).terminate(reason),
        );
        return true;
      } catch (error) {
        // It has ended already.
        if (error instanceof WorkflowNotFoundError) return true;
        logger.warn({ err: error, workflowId }, 'a stalled workflow could not be terminated');
        return false;
      }
    },

    async decide(workflowId, updateId, request): Promise<DecisionReply> {
      const handle = client.workflow.getHandle(workflowId);
      try {
        const reply = await client.withDeadline(Date.now() + DECISION_MS, () =>
          handle.executeUpdate<ResolveReply, [ResolveRequest]>(RESOLVE_UPDATE, { args: [request], updateId }),
        );
        return { kind: 'decided', ...reply };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { kind: 'nothing_stuck' };
        const refusal = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
        if (refusal instanceof ApplicationFailure) {
          if (refusal.type === RESOLVE_REFUSALS.nothingStuck) return { kind: 'nothing_stuck' };
          if (refusal.type === RESOLVE_REFUSALS.refused) return { kind: 'refused', reason: refusal.message };
        }
        logger.warn({ err: error, workflowId, updateId }, 'a decision was not confirmed');
        return { kind: 'unavailable' };
      }
    },
  };
}

/** Null if Temporal does not know it. */
async function describeWorkflow(deps: Deps, workflowId: string): Promise<WorkflowCheck | null> {
  const inspected = await inspect(deps, { workflowId }, Date.now() + QUERY_MS);
  if (inspected === null) return null;
  const { found, waiting } = inspected;
  const { step, cause } = waiting ?? {};
  const paused = (found.raw.pendingActivities ?? []).filter((activity) => activity.paused === true);
  return {
    workflowId,
    runId: found.runId,
    status: found.status.name,
    closedAt: found.closeTime?.toISOString() ?? null,
    stuck: waiting && {
      since: waiting.since,
      ...(step !== undefined && { step }),
      ...(cause !== undefined && { cause }),
    },
    pausedSteps: paused.map(({ activityType }) => activityType?.name ?? 'unknown'),
  };
}

interface Inspected {
  readonly found: WorkflowExecutionDescription;
  /** Null if it does not need an operator. */
  readonly waiting: WaitingWorkflow | null;
}

/** A workflow, by default its latest run. Null if Temporal does not know it. */
async function inspect(
  deps: Deps,
  run: Partial<Run> & Pick<Run, 'workflowId'>,
  untilMs: number,
): Promise<Inspected | null> {
  const found = await nullIfUnknown(() => deps.client.workflow.getHandle(run.workflowId, run.runId).describe());
  if (found === null) return null;
  const isWaiting = attributeOf(found, STATUS)[0] === NEEDS_ATTENTION && found.closeTime === undefined;
  return { found, waiting: isWaiting ? viewOf(found, await queryReport(deps, found, untilMs)) : null };
}

/** Null while no worker answers. */
async function queryReport(
  { client, logger }: Pick<Deps, 'client' | 'logger'>,
  { workflowId, runId }: Run,
  untilMs: number,
): Promise<InterventionReport | null> {
  const deadlineMs = Math.min(untilMs, Date.now() + QUERY_MS);
  if (deadlineMs <= Date.now()) return null;
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    return await client.withDeadline(deadlineMs, () => handle.query<InterventionReport>(INTERVENTION_QUERY));
  } catch (error) {
    logger.info({ err: error, workflowId }, 'a workflow that needs attention did not answer');
    return null;
  }
}

function viewOf(found: WorkflowExecutionDescription, report: InterventionReport | null): WaitingWorkflow {
  const retried = report?.stuck ?? [];
  // A step without a cause is being tried, and does not need an operator.
  const needing = retried.filter(({ cause }) => cause !== undefined);
  const stuck = needing.length > 0 ? needing : retried;
  const pending = found.raw.pendingActivities ?? [];
  const step = stuck[0]?.step ?? pending[0]?.activityType?.name ?? undefined;
  const activity = pending.find(({ activityType }) => activityType?.name === step);
  const cause = (activity?.lastFailure?.message ?? stuck[0]?.cause)?.split('\n', 1)[0];
  return {
    workflowId: found.workflowId,
    runId: found.runId,
    purchaseIds:
      stuck.length > 0 ? [...new Set(stuck.flatMap((one) => one.purchaseIds))] : attributeOf(found, 'PurchaseIds'),
    eventIds: attributeOf(found, 'EventIds'),
    userIds: attributeOf(found, 'UserIds'),
    since: stuck[0]?.since ?? found.startTime.toISOString(),
    ...(step !== undefined && step !== '' && { step }),
    ...(cause !== undefined && cause !== '' && { cause }),
    details: report?.details ?? '',
  };
}

function attributeOf(found: WorkflowExecutionDescription, name: keyof typeof SEARCH_ATTRIBUTES): string[] {
  const pair = found.typedSearchAttributes.getAll().find(({ key }) => key.name === name);
  return pair === undefined ? [] : [pair.value].flat().map(String);
}
