import { setTimeout as sleep } from 'node:timers/promises';
import {
  CANCELLATION_WORKFLOW,
  cancellationWorkflowId,
  EVENT_CANCELLATION_WORKFLOW,
  eventCancellationWorkflowId,
  PURCHASE_TASK_QUEUE,
  summary,
} from '@box-office/contract';
import type {
  CancellationRequest,
  CancellationResult,
  EventCancellationRequest,
  PurchaseWorkflowStatus,
  SEARCH_ATTRIBUTES,
} from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy, WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowStartOptions } from '@temporalio/client';
import type { CancellationStart, CancellationWorkflows } from './cancellation-workflows.js';

/** Deadline of one call, and the calls that are made before the caller is told to repeat. */
const ATTEMPT_MS = 2_500;
const MOST_ATTEMPTS = 3;
const BACKOFF_MS = 200;

type Cancellation = (request: CancellationRequest) => Promise<CancellationResult>;
type EventCancellation = (request: EventCancellationRequest) => Promise<unknown>;

/** What the memo of a cancellation workflow tells of it before it is on record. */
interface Memo {
  readonly buyer?: string;
  readonly purchaseId?: string;
}

/**
 * Starts cancellations through Temporal. Whatever fails may be sent again: the same wish has the same workflow id, a
 * start joins the one under way, and one that is over begins where PostgreSQL says that it stands.
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
        if (attempts === MOST_ATTEMPTS) return { kind: 'unavailable', cause: String(error) };
      }
      await sleep(BACKOFF_MS * attempts);
    }
  }

  return {
    start(request) {
      const { cancellationId, purchaseId, eventId, userId, requestId } = request;
      const options: WorkflowStartOptions<Cancellation> = {
        ...START,
        workflowId: cancellationWorkflowId(cancellationId),
        args: [request],
        typedSearchAttributes: [
          list('PurchaseIds', purchaseId),
          list('EventIds', eventId),
          list('UserIds', userId),
          OPEN,
        ],
        memo: { buyer: userId, purchaseId, requestId },
        staticSummary: summaryOf(request),
      };
      return send(options.workflowId, () => client.workflow.start<Cancellation>(CANCELLATION_WORKFLOW, options));
    },

    startOfEvent(request) {
      const { eventId, requestId } = request;
      const options: WorkflowStartOptions<EventCancellation> = {
        ...START,
        workflowId: eventCancellationWorkflowId(eventId),
        args: [request],
        typedSearchAttributes: [list('EventIds', eventId), OPEN],
        memo: { requestId },
        staticSummary: summary`Cancels event ${eventId} and refunds all that was sold of it`,
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
        // Not over in time, terminated, or Temporal is away: PostgreSQL is asked anyway.
        return null;
      }
    },

    async find(cancellationId) {
      const handle = client.workflow.getHandle<Cancellation>(cancellationWorkflowId(cancellationId));
      const found = await knownTo(() => inTime(ATTEMPT_MS, () => handle.describe()));
      if (!found) return null;
      const { buyer, purchaseId } = (found.memo ?? {}) as Memo;
      if (buyer === undefined || purchaseId === undefined) return null;
      const over = found.status.name === 'COMPLETED';
      return { userId: buyer, purchaseId, result: over ? await inTime(ATTEMPT_MS, () => handle.result()) : null };
    },

    async isCancelling(eventId) {
      const handle = client.workflow.getHandle(eventCancellationWorkflowId(eventId));
      const found = await knownTo(() => inTime(ATTEMPT_MS, () => handle.describe()));
      return found?.status.name === 'RUNNING';
    },
  };
}

const START = {
  taskQueue: PURCHASE_TASK_QUEUE,
  workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
} as const;

function summaryOf({ byOperator, requestedBy, tickets, eventId }: CancellationRequest): string {
  const who = `${byOperator ? 'operator' : 'buyer'} ${requestedBy}`;
  return tickets
    ? summary`${who} cancels ${tickets.length} tickets of a purchase of event ${eventId}`
    : summary`${who} cancels a purchase of event ${eventId}`;
}

const STATUS: PurchaseWorkflowStatus = 'open';
const OPEN = {
  key: { name: 'PurchaseStatus' satisfies keyof typeof SEARCH_ATTRIBUTES, type: 'KEYWORD' },
  value: STATUS,
} as const;
const list = (name: keyof typeof SEARCH_ATTRIBUTES, value: string) => ({
  key: { name, type: 'KEYWORD_LIST' as const },
  value: [value],
});

async function knownTo<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
