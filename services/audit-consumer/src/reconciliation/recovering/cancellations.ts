import {
  CANCELLATION_WORKFLOW,
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
  listStandingCancellations,
  listUnfinishedEventCancellations,
  type Cancellation,
  type UnfinishedEventCancellation,
} from '@box-office/records';
import type { ReconciliationDeps } from '../deps.js';
import { eachOf } from '../in-motion.js';
import { pagesOf } from '../paging.js';
import type { SweepName } from '../recording.js';
import { endInWords, mayStillAct, recover } from './abandoned.js';
import { labels } from './labels.js';

const PAGE = 100;

/** Has cancellations go on whose workflow is gone: of whole events first, for these look after their own. */
export async function recoverCancellations(deps: ReconciliationDeps, sweep: SweepName): Promise<number> {
  let recovered = await recoverEventCancellations(deps, sweep);
  const pages = pagesOf({
    limit: PAGE,
    read: (page) => listStandingCancellations(deps.pool, { ...page, idleMs: deps.idleMs }),
    cursorOf: (id) => id,
  });
  for await (const ids of pages) {
    await eachOf(await findCancellations(deps.pool, ids), async (cancellation) => {
      if (await recoverOne(deps, sweep, cancellation)) recovered += 1;
    });
  }
  return recovered;
}

async function recoverOne(deps: ReconciliationDeps, sweep: SweepName, cancellation: Cancellation): Promise<boolean> {
  const { cancellationId, purchaseId, eventId, userId, status } = cancellation;
  const workflowId = cancellationWorkflowId(cancellationId);
  const state = await deps.workflows.stateOf(workflowId);
  if (mayStillAct(state, deps.idleMs)) return false;
  const ofEvent = await deps.workflows.stateOf(eventCancellationWorkflowId(eventId));
  if (mayStillAct(ofEvent, deps.idleMs)) return false;
  const { requestedBy, byOperator, reason, requestId, requestedAt } = cancellation;
  const argument: CancellationRequest = {
    ...{ cancellationId, purchaseId, eventId, userId, requestedBy, byOperator, reason, requestId, requestedAt },
    tickets: cancellation.wantedTickets,
  };
  const cause = endInWords(workflowId, state);
  const found = { what: 'cancellation', id: cancellationId, eventId, purchaseId, status, cause };
  return recover(deps, sweep, found, async () => {
    const started = await deps.workflows.start({
      type: CANCELLATION_WORKFLOW,
      workflowId,
      taskQueue: PURCHASE_TASK_QUEUE,
      argument,
      summary: summary`Goes on with a cancellation for event ${eventId} whose workflow was gone`,
      searchAttributes: labels({ eventId, purchaseId, userId }),
    });
    return started ? `it goes on in ${workflowId}` : null;
  });
}

async function recoverEventCancellations(deps: ReconciliationDeps, sweep: SweepName): Promise<number> {
  let recovered = 0;
  const pages = pagesOf({
    limit: PAGE,
    read: (page) => listUnfinishedEventCancellations(deps.pool, { ...page, idleMs: deps.idleMs }),
    cursorOf: ({ eventId }) => eventId,
  });
  for await (const page of pages) {
    await eachOf(page, async (request) => {
      if (await recoverEventCancellation(deps, sweep, request)) recovered += 1;
    });
  }
  return recovered;
}

async function recoverEventCancellation(
  deps: ReconciliationDeps,
  sweep: SweepName,
  request: UnfinishedEventCancellation,
): Promise<boolean> {
  const { eventId } = request;
  const workflowId = eventCancellationWorkflowId(eventId);
  const state = await deps.workflows.stateOf(workflowId);
  if (mayStillAct(state, deps.idleMs)) return false;
  const argument: EventCancellationRequest = request;
  const cause = endInWords(workflowId, state);
  const found = { what: 'event cancellation', id: eventId, eventId, purchaseId: null, status: 'unfinished', cause };
  return recover(deps, sweep, found, async () => {
    const started = await deps.workflows.start({
      type: EVENT_CANCELLATION_WORKFLOW,
      workflowId,
      taskQueue: PURCHASE_TASK_QUEUE,
      argument,
      summary: summary`Goes on cancelling event ${eventId}, whose workflow was gone`,
      searchAttributes: labels({ eventId }),
    });
    return started ? `it goes on in ${workflowId}` : null;
  });
}
