import type { RebuildRequest, RebuildResult, ReconciliationRequest } from '@box-office/contract';

/** `unavailable`: it may or may not have been started; asking again is always safe. */
export type AuditStart =
  { readonly kind: 'started'; readonly runId: string } | { readonly kind: 'unavailable'; readonly cause: string };

/** How far a rebuild is. */
export type RebuildState =
  | { readonly status: 'running' }
  | { readonly status: 'finished'; readonly result: RebuildResult }
  /** It was terminated or cancelled. */
  | { readonly status: 'ended' };

/** What operators have the audit consumer do. A start of one that is under way joins it. */
export interface AuditWorkflows {
  /** The run's id is the id of the sweep. Never rejects. */
  reconcile(request: ReconciliationRequest): Promise<AuditStart>;
  /** Never rejects. */
  rebuild(request: RebuildRequest): Promise<AuditStart>;
  /** Null if none was ever asked for. Rejects when Temporal is away. */
  rebuildState(eventId: string | null): Promise<RebuildState | null>;
}
