import { randomUUID } from 'node:crypto';
import type { RebuildRequest, ReconciliationRequest } from '@box-office/contract';
import { beginReconciliationRun } from '@box-office/database';
import type pg from 'pg';
import type { AuditWorkflows, RebuildState } from '../operator/audit-workflows.js';

/** What a test may see and change of the audit consumer's workflows. */
export interface TestAuditWorkflows extends AuditWorkflows {
  readonly requests: (ReconciliationRequest | RebuildRequest)[];
  isUnavailable: boolean;
  /** A finished reconciliation run whose workflow has not ended yet: the next start joins it. */
  endingRun: string | null;
  rebuildResult: RebuildState | null;
}

/** Simulates the first step of the audit consumer's workflows for tests, without Temporal. */
export function createTestAuditWorkflows(pool: pg.Pool): TestAuditWorkflows {
  const unavailable = { kind: 'unavailable', cause: 'Temporal is unavailable' } as const;
  const test: TestAuditWorkflows = {
    requests: [],
    isUnavailable: false,
    endingRun: null,
    rebuildResult: null,
    async reconcile(request) {
      if (test.isUnavailable) return unavailable;
      if (test.endingRun !== null) {
        const runId = test.endingRun;
        test.endingRun = null;
        return { kind: 'started', runId };
      }
      test.requests.push(request);
      const { requestedBy, scope } = request;
      const reconciliationId = randomUUID();
      const scopeText = typeof scope === 'string' ? scope : `event ${scope.eventId}`;
      await beginReconciliationRun(pool, {
        reconciliationId,
        requestedBy,
        scope: scopeText,
        workflowId: 'reconciliation',
      });
      return { kind: 'started', runId: reconciliationId };
    },
    async rebuild(request) {
      if (test.isUnavailable) return unavailable;
      test.requests.push(request);
      return { kind: 'started', runId: randomUUID() };
    },
    rebuildState: async () => test.rebuildResult,
  };
  return test;
}
