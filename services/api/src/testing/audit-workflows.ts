import { randomUUID } from 'node:crypto';
import type { RebuildRequest, ReconciliationRequest } from '@box-office/contract';
import { beginSweep } from '@box-office/records';
import type pg from 'pg';
import type { AuditWorkflows, RebuildState } from '../operations/audit-workflows.js';

/** What a test may see of and change about the audit consumer's workflows. */
export interface TestAuditWorkflows extends AuditWorkflows {
  readonly requests: (ReconciliationRequest | RebuildRequest)[];
  isAway: boolean;
  /** A sweep that is over, and whose workflow has not ended yet: the next start joins it. */
  endingSweep: string | null;
  rebuildIs: RebuildState | null;
}

/** Plays the beginning of the audit consumer's workflows for tests, with no Temporal. */
export function createTestAuditWorkflows(pool: pg.Pool): TestAuditWorkflows {
  const away = { kind: 'unavailable', cause: 'Temporal is away' } as const;
  const test: TestAuditWorkflows = {
    requests: [],
    isAway: false,
    endingSweep: null,
    rebuildIs: null,
    async reconcile(request) {
      if (test.isAway) return away;
      if (test.endingSweep !== null) {
        const runId = test.endingSweep;
        test.endingSweep = null;
        return { kind: 'started', runId };
      }
      test.requests.push(request);
      const { requestedBy, scope } = request;
      const sweepId = randomUUID();
      const inWords = typeof scope === 'string' ? scope : `event ${scope.eventId}`;
      await beginSweep(pool, { sweepId, requestedBy, scope: inWords, workflowId: 'reconciliation' });
      return { kind: 'started', runId: sweepId };
    },
    async rebuild(request) {
      if (test.isAway) return away;
      test.requests.push(request);
      return { kind: 'started', runId: randomUUID() };
    },
    rebuildState: async () => test.rebuildIs,
  };
  return test;
}
