import { setTimeout as sleep } from 'node:timers/promises';
import {
  CANCELLATION_WORKFLOW,
  cancellationWorkflowId,
  EVENT_CANCELLATION_WORKFLOW,
  eventCancellationWorkflowId,
  PURCHASE_TASK_QUEUE,
  summary,
  type CancellationRequest,
  type CancellationResult,
  type EventCancellationRequest,
} from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import { cancellationStart, searchAttributesOf, type CancellationMemo } from '@box-office/temporal';
import {
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { nullIfUnknown } from '../temporal/null-if-unknown.js';
import { classifyStartFailure } from '../temporal/start-failure.js';
import type { CancellationStart, CancellationWorkflows } from './cancellation-workflows.js';

/** Deadline of one call, and the number of calls before the caller is answered 503. */
const ATTEMPT_MS = 2_500;
const MAX_ATTEMPTS = 3;
const BACKOFF_MS = 200;

type Cancellation = (request: CancellationRequest) => Promise<CancellationResult>;
type EventCancellation = (request: EventCancellationRequest) => Promise<unknown>;

/**
 * Starts cancellations through Temporal. A failed call is sent again, unless Temporal would refuse it again. That is safe:
 * the same request has the same workflow id, a start joins the workflow in progress, and a new run continues from the
 * state in PostgreSQL.
 */
export function createTemporalCancellations(o: { client: Client; logger: Logger }): CancellationWorkflows {
  const { client, logger } = o;
  const inTime = <T>(limitMs: number, call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + limitMs, call);

  async function send(workflowId: string, call: () => Promise<unknown>): Promise<CancellationStart> {
    for (let attempts = 1; ; attempts++) {
      try {
        await inTime(ATTEMPT_MS, call);
        return { kind: 'started' };
      } catch (error) {
        logger.warn({ err: error, workflowId, attempts }, 'a start of a cancellation failed');
        if (attempts === MAX_ATTEMPTS || !classifyStartFailure(error).isRetryable) return { kind: 'unavailable' };
      }
      await sleep(BACKOFF_MS * attempts);
    }
  }

  return {
    start(request) {
      const options = cancellationOptions(request);
      return send(options.workflowId, () => client.workflow.start<Cancellation>(CANCELLATION_WORKFLOW, options));
    },

    startOfEvent(request) {
      const { eventId, requestId } = request;
      const options: WorkflowStartOptions<EventCancellation> = {
        ...START,
        workflowId: eventCancellationWorkflowId(eventId),
        args: [request],
        typedSearchAttributes: searchAttributesOf({ eventIds: [eventId] }),
        memo: { requestId },
        staticSummary: summary`Cancels event ${eventId} and refunds all of its tickets`,
      };
      return send(options.workflowId, () =>
        client.workflow.start<EventCancellation>(EVENT_CANCELLATION_WORKFLOW, options),
      );
    },

    async result(cancellationId, limitMs) {
      const handle = client.workflow.getHandle<Cancellation>(cancellationWorkflowId(cancellationId));
      try {
        return await inTime(limitMs, () => handle.result());
      } catch {
        // Not finished in time, terminated, or Temporal is unavailable: PostgreSQL is asked anyway.
        return null;
      }
    },

    async find(cancellationId) {
      const handle = client.workflow.getHandle<Cancellation>(cancellationWorkflowId(cancellationId));
      const found = await nullIfUnknown(() => inTime(ATTEMPT_MS, () => handle.describe()));
      if (!found) return null;
      const { buyer, purchaseId, returnedBy } = (found.memo ?? {}) as Partial<CancellationMemo>;
      if (buyer === undefined || purchaseId === undefined) return null;
      const result = found.status.name === 'COMPLETED' ? await inTime(ATTEMPT_MS, () => handle.result()) : null;
      return { userId: buyer, purchaseId, ...(returnedBy !== undefined && { returnedBy }), result };
    },

    async isCancelling(eventId) {
      const handle = client.workflow.getHandle(eventCancellationWorkflowId(eventId));
      const found = await nullIfUnknown(() => inTime(ATTEMPT_MS, () => handle.describe()));
      return found?.status.name === 'RUNNING';
    },
  };
}

const START = {
  taskQueue: PURCHASE_TASK_QUEUE,
  workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
} as const;

function cancellationOptions(request: CancellationRequest): WorkflowStartOptions<Cancellation> {
  return { ...START, ...cancellationStart(request), args: [request], staticSummary: summaryOf(request) };
}

function summaryOf({ byOperator, requestedBy, tickets, eventId }: CancellationRequest): string {
  const who = `${byOperator ? 'operator' : 'buyer'} ${requestedBy}`;
  return tickets
    ? summary`${who} cancels ${tickets.length} tickets of a purchase of event ${eventId}`
    : summary`${who} cancels a purchase of event ${eventId}`;
}
