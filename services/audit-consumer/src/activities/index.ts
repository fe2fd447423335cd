import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { createRebuildActivities } from './rebuild-event.js';
import { createRedisRebuildActivities } from './rebuild-redis.js';
import { createEventActivities } from './reconcile-events.js';
import { createRunActivities } from './reconcile-run.js';
import { createStatementActivities } from './reconcile-statement.js';
import { createRecoveryActivities } from './recover.js';

/** All activities of the audit consumer's workflows, as plain functions over the given dependencies. */
export function createAuditActivities(deps: ReconciliationDeps, o: { readonly recheckDelayMs: number }) {
  return {
    ...createRunActivities(deps, o),
    ...createEventActivities(deps),
    ...createStatementActivities(deps),
    ...createRebuildActivities(deps),
    ...createRecoveryActivities(deps),
    ...createRedisRebuildActivities(deps),
  };
}

export type AuditActivities = ReturnType<typeof createAuditActivities>;
