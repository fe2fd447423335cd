import type { CancellationRequest, CancellationResult, EventCancellationRequest } from '@box-office/contract';

/** A cancellation that Temporal knows; PostgreSQL may not have it yet. */
export interface CancellationInTemporal {
  readonly purchaseId: string;
  /** The buyer, who may see it. */
  readonly userId: string;
  /** What its request said about money that went back already. */
  readonly returnedBy?: string;
  /** Null while it is in progress. */
  readonly result: CancellationResult | null;
}

/** `unavailable`: it may or may not have been started; sending it again is always safe. */
export type CancellationStart = { readonly kind: 'started' | 'unavailable' };

/** Hands cancellations to their workflows. A start joins a cancellation in progress. */
export interface CancellationWorkflows {
  /** Never rejects. */
  start(request: CancellationRequest): Promise<CancellationStart>;
  /** Never rejects. */
  startOfEvent(request: EventCancellationRequest): Promise<CancellationStart>;
  /** Waits for the result at most so long. Null if there is none by then, or Temporal is unavailable; never rejects. */
  result(cancellationId: string, limitMs: number): Promise<CancellationResult | null>;
  /** Null if Temporal does not know it. Rejects when Temporal is unavailable. */
  find(cancellationId: string): Promise<CancellationInTemporal | null>;
  /** Whether a workflow cancels this event at the moment. Rejects when Temporal is unavailable. */
  isCancelling(eventId: string): Promise<boolean>;
}
