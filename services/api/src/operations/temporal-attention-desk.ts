import { ATTENTION_QUERY, NEEDS_ATTENTION, RESOLVE_REFUSALS, RESOLVE_UPDATE } from '@box-office/contract';
import type { AttentionReport, ResolveReply, ResolveRequest, SEARCH_ATTRIBUTES } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import { ApplicationFailure, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { AttentionDesk, DecisionReply, WaitingWorkflow, WorkflowLook } from './attention-desk.js';
import { isBadArgument } from '../middleware/server-away.js';

const STATUS = 'PurchaseStatus' satisfies keyof typeof SEARCH_ATTRIBUTES;
const WAITING = `${STATUS} = "${NEEDS_ATTENTION}" AND ExecutionStatus = "Running"`;

/** Workflows of a page that are looked at side by side. */
const LOOKS_AT_ONCE = 10;
/** Deadline of one question to a workflow, and of all of a page: while no worker is there, none is answered. */
const QUESTION_MS = 1_500;
const ALL_QUESTIONS_MS = 4_000;
/** A decision is written to the audit log before it is answered. */
const DECISION_MS = 8_000;

/** Looks at and decides about what is stuck, through Temporal. */
export function createTemporalAttentionDesk(o: { client: Client; namespace: string; logger: Logger }): AttentionDesk {
  const { client, namespace, logger } = o;

  /** Null if it went on meanwhile. */
  async function lookAt(workflowId: string, runId: string, untilMs: number): Promise<WaitingWorkflow | null> {
    const handle = client.workflow.getHandle(workflowId, runId);
    let found: WorkflowExecutionDescription;
    try {
      found = await handle.describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
    const isWaiting = attributeOf(found, STATUS)[0] === NEEDS_ATTENTION && found.status.name === 'RUNNING';
    return isWaiting ? viewOf(found, await askFor(workflowId, runId, untilMs)) : null;
  }

  /** Null while no worker answers. */
  async function askFor(workflowId: string, runId: string, untilMs: number): Promise<AttentionReport | null> {
    const deadlineMs = Math.min(untilMs, Date.now() + QUESTION_MS);
    if (deadlineMs <= Date.now()) return null;
    const handle = client.workflow.getHandle(workflowId, runId);
    try {
      return await client.withDeadline(deadlineMs, () => handle.query<AttentionReport>(ATTENTION_QUERY));
    } catch (error) {
      logger.info({ err: error, workflowId }, 'a workflow that needs attention did not answer');
      return null;
    }
  }

  return {
    async list({ limit, after }) {
      let answer;
      try {
        answer = await client.workflowService.listWorkflowExecutions({
          ...{ namespace, query: WAITING, pageSize: limit },
          ...(after !== undefined && { nextPageToken: Buffer.from(after, 'base64url') }),
        });
      } catch (error) {
        if (after !== undefined && isBadArgument(error)) return { kind: 'unknown cursor' };
        throw error;
      }
      const listed = answer.executions.map(({ execution }) => execution);
      const purchases: WaitingWorkflow[] = [];
      const untilMs = Date.now() + ALL_QUESTIONS_MS;
      for (let first = 0; first < listed.length; first += LOOKS_AT_ONCE) {
        const looks = listed
          .slice(first, first + LOOKS_AT_ONCE)
          .map((execution) => lookAt(execution?.workflowId ?? '', execution?.runId ?? '', untilMs));
        purchases.push(...(await Promise.all(looks)).filter((look) => look !== null));
      }
      const token = Buffer.from(answer.nextPageToken).toString('base64url');
      return { kind: 'page', purchases, next: token === '' ? null : token };
    },

    async look(workflowId): Promise<WorkflowLook | null> {
      let found: WorkflowExecutionDescription;
      try {
        found = await client.workflow.getHandle(workflowId).describe();
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
      const { runId, status, closeTime } = found;
      const isWaiting = attributeOf(found, STATUS)[0] === NEEDS_ATTENTION && closeTime === undefined;
      const view = isWaiting ? viewOf(found, await askFor(workflowId, runId, Date.now() + QUESTION_MS)) : null;
      const { step, cause } = view ?? {};
      const paused = (found.raw.pendingActivities ?? []).filter((activity) => activity.paused === true);
      return {
        ...{ workflowId, runId, status: status.name },
        closedAt: closeTime?.toISOString() ?? null,
        stuck: view && {
          since: view.since,
          ...(step !== undefined && { step }),
          ...(cause !== undefined && { cause }),
        },
        pausedSteps: paused.map(({ activityType }) => activityType?.name ?? 'unknown'),
      };
    },

    count: async () => (await client.workflow.count(WAITING)).count,

    async end(workflowId, reason) {
      try {
        await client.withDeadline(Date.now() + DECISION_MS, () =>
          client.workflow.getHandle(workflowId).terminate(reason),
        );
        return true;
      } catch (error) {
        // It has ended by itself.
        if (error instanceof WorkflowNotFoundError) return true;
        logger.warn({ err: error, workflowId }, 'a workflow that stands still could not be ended');
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
        if (error instanceof WorkflowNotFoundError) return { kind: 'nothing stuck' };
        const refusal = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
        if (refusal instanceof ApplicationFailure) {
          if (refusal.type === RESOLVE_REFUSALS.nothingStuck) return { kind: 'nothing stuck' };
          if (refusal.type === RESOLVE_REFUSALS.refused) return { kind: 'refused', reason: refusal.message };
        }
        logger.warn({ err: error, workflowId, updateId }, 'a decision did not get through');
        return { kind: 'unavailable', cause: String(error) };
      }
    },
  };
}

function viewOf(found: WorkflowExecutionDescription, report: AttentionReport | null): WaitingWorkflow {
  const stuck = report?.stuck ?? [];
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
