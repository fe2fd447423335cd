import { CANCELLATION_WORKFLOW, cancellationRequestOf, summary } from '@box-office/contract';
import type { Cancellation } from '@box-office/database';
import { cancellationStart } from '@box-office/temporal';
import { startIndependentChild } from '../start-independent-child.js';

/** Starts the workflow that carries out this cancellation, unless it has been started. */
export function startCancellation(cancellation: Cancellation): Promise<void> {
  return startIndependentChild(CANCELLATION_WORKFLOW, cancellationRequestOf(cancellation), {
    ...cancellationStart(cancellation),
    staticSummary: summary`Cancels a purchase of event ${cancellation.eventId}, apart from the others`,
  });
}
