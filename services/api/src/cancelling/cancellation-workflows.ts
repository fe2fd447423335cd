import type { CancellationRequest, CancellationResult, EventCancellationRequest } from '@box-office/contract';

/** A cancellation of which Temporal knows, whether or not it is on record yet. */
export interface CancellationInTemporal {
  readonly purchaseId: string;
  /** The buyer, who may see it. */
  readonly userId: string;
  /** Null while it is under way. */
  readonly result: CancellationResult | null;
}

/** `unavailable`: it may or may not have been started; asking again is always safe. */
export type CancellationStart = { readonly kind: 'started' } | { readonly kind: 'unavailable'; readonly cause: string };

/** Hands cancellations to their workflows. A start of one that is under way joins it. */
export interface CancellationWorkflows {
  /** Never rejects. */
  start(request: CancellationRequest): Promise<CancellationStart>;
  /** Never rejects. */
  startOfEvent(request: EventCancellationRequest): Promise<CancellationStart>;
  /** Waits for the result at most so long. Null if there is none by then, or it cannot be asked for; never rejects. */
  result(cancellationId: string, limitMs: number): Promise<CancellationResult | null>;
  /** Null if Temporal knows nothing of it. Rejects when Temporal is away. */
  find(cancellationId: string): Promise<CancellationInTemporal | null>;
  /** Whether a workflow cancels this event at the moment. Rejects when Temporal is away. */
  isCancelling(eventId: string): Promise<boolean>;
}
