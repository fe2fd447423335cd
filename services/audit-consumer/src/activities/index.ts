import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { createRebuilding } from './rebuilding.js';
import { createRecovering } from './recovering.js';
import { createRedisRebuilding } from './redis-rebuilding.js';
import { createSweeping } from './sweeping.js';

/** Every activity of the audit consumer's workflows, as plain functions over the given dependencies. */
export function createAuditActivities(deps: ReconciliationDeps, o: { readonly secondLookAfterMs: number }) {
  return {
    ...createSweeping(deps, o),
    ...createRebuilding(deps),
    ...createRecovering(deps),
    ...createRedisRebuilding(deps),
  };
}

export type AuditActivities = ReturnType<typeof createAuditActivities>;
