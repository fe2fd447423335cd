import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { createRebuildActivities } from './rebuild-event.js';
import { createRedisRebuildActivities } from './rebuild-redis.js';
import { createReconciliationActivities } from './reconcile.js';
import { createRecoveryActivities } from './recover.js';

/** All activities of the audit consumer's workflows, as plain functions over the given dependencies. */
export function createAuditActivities(deps: ReconciliationDeps, o: { readonly recheckDelayMs: number }) {
  return {
    ...createReconciliationActivities(deps, o),
    ...createRebuildActivities(deps),
    ...createRecoveryActivities(deps),
    ...createRedisRebuildActivities(deps),
  };
}

export type AuditActivities = ReturnType<typeof createAuditActivities>;
