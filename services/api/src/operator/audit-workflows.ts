import type { RebuildRequest, RebuildResult, ReconciliationRequest } from '@box-office/contract';

/** `unavailable`: it may or may not have been started; asking again is always safe. */
export type AuditStart =
  { readonly kind: 'started'; readonly runId: string } | { readonly kind: 'unavailable'; readonly cause: string };

/** The state of a rebuild. */
export type RebuildState =
  | { readonly status: 'running' }
  | { readonly status: 'finished'; readonly result: RebuildResult }
  /** It was terminated or cancelled. */
  | { readonly status: 'ended' };

/** What operators request of the audit consumer. A start joins a run in progress. */
export interface AuditWorkflows {
  /** The workflow's run id is the id of the reconciliation run. Never rejects. */
  reconcile(request: ReconciliationRequest): Promise<AuditStart>;
  /** Never rejects. */
  rebuild(request: RebuildRequest): Promise<AuditStart>;
  /** Null if none was ever requested. Rejects when Temporal is unavailable. */
  rebuildState(eventId: string | null): Promise<RebuildState | null>;
}
