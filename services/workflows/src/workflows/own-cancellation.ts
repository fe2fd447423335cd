import {
  CANCELLATION_ASKED_SIGNAL,
  CANCELLATION_WORKFLOW,
  cancellationWorkflowId,
  mdText,
  summary,
  type CancellationAsked,
} from '@box-office/contract';
import type { Cancellation } from '@box-office/records';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  defineSignal,
  ParentClosePolicy,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import { requestOf } from './carrying-out.js';
import type { AttendedStory } from './journal.js';
import { searchAttributes } from './search-attributes.js';

/**
 * Hands a cancellation to a workflow of its own, with its own retries, its own row in the Temporal UI and its own operator
 * actions. Resolves once that workflow has started, or runs already; it outlives this one. Not cancellable, see `goOnAlone`.
 */
export async function goOnByItself(cancellation: Cancellation): Promise<void> {
  const { cancellationId, purchaseId, eventId, userId } = cancellation;
  const start = () =>
    startChild(CANCELLATION_WORKFLOW, {
      workflowId: cancellationWorkflowId(cancellationId),
      args: [requestOf(cancellation)],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      typedSearchAttributes: [
        { key: searchAttributes.purchaseIds, value: [purchaseId] },
        { key: searchAttributes.eventIds, value: [eventId] },
        { key: searchAttributes.userIds, value: [userId] },
        { key: searchAttributes.purchaseStatus, value: 'open' },
      ],
      memo: { buyer: userId, purchaseId },
      staticSummary: summary`Cancels a purchase of event ${eventId}, apart from the others`,
    });
  try {
    await CancellationScope.nonCancellable(start);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

const askedSignal = defineSignal<[CancellationAsked]>(CANCELLATION_ASKED_SIGNAL);

/** Has the details of a purchase's workflow say that a cancellation was asked for, and what it waits for. */
export function tellWhatIsAsked(journal: Pick<AttendedStory, 'tell'>): void {
  const told = new Set<string>();
  setHandler(askedSignal, ({ purchaseId, cancellationId, requestedBy, byOperator }) => {
    if (told.has(cancellationId)) return;
    told.add(cancellationId);
    const who = byOperator ? mdText`Operator ${requestedBy}` : mdText`Buyer ${requestedBy}`;
    journal.tell(
      mdText`**A cancellation was asked for**: ${who} cancels purchase ${purchaseId} (${cancellationWorkflowId(cancellationId)}). It will not be confirmed; it is undone as soon as the step that it waits for gets through or is decided.`,
    );
  });
}
