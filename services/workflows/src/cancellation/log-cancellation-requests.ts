import {
  CANCELLATION_ASKED_SIGNAL,
  cancellationWorkflowId,
  mdText,
  type CancellationAsked,
} from '@box-office/contract';
import { defineSignal, setHandler } from '@temporalio/workflow';
import type { ActionableLog } from '../operator/workflow-log.js';

const requestedSignal = defineSignal<[CancellationAsked]>(CANCELLATION_ASKED_SIGNAL);

/** Logs in a purchase's workflow that a cancellation was requested, and what it waits for. */
export function logCancellationRequests(log: Pick<ActionableLog, 'append'>, onRequest: () => void): void {
  const logged = new Set<string>();
  setHandler(requestedSignal, ({ purchaseId, cancellationId, requestedBy, byOperator }) => {
    if (logged.has(cancellationId)) return;
    logged.add(cancellationId);
    onRequest();
    const who = byOperator ? mdText`Operator ${requestedBy}` : mdText`Buyer ${requestedBy}`;
    const workflowId = cancellationWorkflowId(cancellationId);
    log.append(
      mdText`**Cancellation requested**: ${who} cancels purchase ${purchaseId} (${workflowId}). It will not be confirmed; it is undone as soon as the current step ends or is decided.`,
    );
  });
}
