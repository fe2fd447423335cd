import type { RebuildRequest, RebuildResult, ReconciliationRequest } from '@box-office/contract';
import type { ReconciliationRun } from '@box-office/database';

/** `unavailable`: it may or may not have been started; asking again is always safe. */
export type AuditStart =
  | { readonly kind: 'started'; readonly workflowId: string; readonly firstRunId: string }
  | { readonly kind: 'unavailable' };

/** The state of a rebuild. */
export type RebuildState =
  | { readonly status: 'running' }
  | { readonly status: 'finished'; readonly result: RebuildResult }
  /** It was terminated or cancelled. */
  | { readonly status: 'ended' };

/** What operators request of the audit consumer. A start joins a run in progress. */
export interface AuditWorkflows {
  /** The workflow's first run id is the id of the reconciliation run. Never rejects. */
  reconcile(request: ReconciliationRequest): Promise<AuditStart>;
  /** Whether the workflow of a reconciliation run is open. Rejects when Temporal is unavailable. */
  isReconciliationOpen(run: Pick<ReconciliationRun, 'reconciliationId' | 'workflowId'>): Promise<boolean>;
  /** Never rejects. */
  rebuild(request: RebuildRequest): Promise<AuditStart>;
  /** Null if none was ever requested. Rejects when Temporal is unavailable. */
  rebuildState(eventId: string | null): Promise<RebuildState | null>;
}
