import {
  CANCELLATION_WORKFLOW,
  cancellationRequestOf,
  cancellationWorkflowId,
  EVENT_CANCELLATION_WORKFLOW,
  eventCancellationWorkflowId,
  PURCHASE_TASK_QUEUE,
  summary,
  type CancellationRequest,
  type EventCancellationRequest,
} from '@box-office/contract';
import {
  findCancellations,
  listOpenCancellations,
  listUnfinishedEventCancellations,
  type Cancellation,
  type UnfinishedEventCancellation,
} from '@box-office/database';
import { cancellationStart, searchAttributesOf } from '@box-office/temporal';
import type { RunIdentity } from '../confirm-findings.js';
import type { ReconciliationDeps } from '../deps.js';
import { handlePages } from '../paging.js';
import { recoverIfClosed } from './recover-abandoned.js';

const PAGE_SIZE = 100;

/**
 * Recovers cancellations whose workflow is closed. Events come first, because their workflow recovers its
 * cancellations.
 */
export async function recoverCancellations(deps: ReconciliationDeps, run: RunIdentity): Promise<number> {
  const failures: unknown[] = [];
  const ofEvents = await recoverEventCancellations(deps, run).catch((error: unknown) => {
    failures.push(error);
    return 0;
  });
  const others = await handlePages({
    limit: PAGE_SIZE,
    read: async (page) =>
      findCancellations(deps.pool, await listOpenCancellations(deps.pool, { ...page, idleMs: deps.idleMs })),
    cursorOf: ({ cancellationId }) => cancellationId,
    handle: (cancellation) => recoverOne(deps, run, cancellation),
  });
  if (failures.length > 0) throw failures[0];
  return ofEvents + others;
}

function recoverOne(deps: ReconciliationDeps, run: RunIdentity, cancellation: Cancellation): Promise<boolean> {
  const { cancellationId, purchaseId, eventId, status } = cancellation;
  const workflowId = cancellationWorkflowId(cancellationId);
  return recoverIfClosed(deps, run, {
    work: { what: 'cancellation', id: cancellationId, eventId, purchaseId, status },
    workflows: [[workflowId], [eventCancellationWorkflowId(eventId)]],
    async resume() {
      const started = await startCancellation(deps, cancellationRequestOf(cancellation), 'its workflow was closed');
      return started ? `workflow ${workflowId} continues it` : null;
    },
  });
}

/** Starts the workflow of a cancellation. False if it runs already. */
export function startCancellation(
  { workflows }: Pick<ReconciliationDeps, 'workflows'>,
  request: CancellationRequest,
  cause: string,
): Promise<boolean> {
  const { workflowId, memo, typedSearchAttributes } = cancellationStart(request);
  return workflows.start({
    type: CANCELLATION_WORKFLOW,
    taskQueue: PURCHASE_TASK_QUEUE,
    argument: request,
    summary: summary`Cancellation for event ${request.eventId}: ${cause}`,
    workflowId,
    memo,
    searchAttributes: typedSearchAttributes,
  });
}

const recoverEventCancellations = (deps: ReconciliationDeps, run: RunIdentity): Promise<number> =>
  handlePages({
    limit: PAGE_SIZE,
    read: (page) => listUnfinishedEventCancellations(deps.pool, { ...page, idleMs: deps.idleMs }),
    cursorOf: ({ eventId }) => eventId,
    handle: (request) => recoverEventCancellation(deps, run, request),
  });

function recoverEventCancellation(
  deps: ReconciliationDeps,
  run: RunIdentity,
  request: UnfinishedEventCancellation,
): Promise<boolean> {
  const { eventId } = request;
  const workflowId = eventCancellationWorkflowId(eventId);
  const argument: EventCancellationRequest = request;
  return recoverIfClosed(deps, run, {
    work: { what: 'event_cancellation', id: eventId, eventId, purchaseId: null, status: 'unfinished' },
    workflows: [[workflowId]],
    async resume() {
      const started = await deps.workflows.start({
        type: EVENT_CANCELLATION_WORKFLOW,
        workflowId,
        taskQueue: PURCHASE_TASK_QUEUE,
        argument,
        summary: summary`Continue the cancellation of event ${eventId}: its workflow was closed`,
        searchAttributes: searchAttributesOf({ eventIds: [eventId] }),
      });
      return started ? `workflow ${workflowId} continues it` : null;
    },
  });
}
