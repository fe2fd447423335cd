import { randomUUID } from 'node:crypto';
import type { RebuildRequest, ReconciliationRequest } from '@box-office/contract';
import { beginReconciliationRun } from '@box-office/database';
import type pg from 'pg';
import type { AuditWorkflows, RebuildState } from '../operator/audit-workflows.js';

const WORKFLOW_ID = 'reconciliation';

/** What a test may see and change of the audit consumer's workflows. */
export interface TestAuditWorkflows extends AuditWorkflows {
  readonly requests: (ReconciliationRequest | RebuildRequest)[];
  isUnavailable: boolean;
  /** No audit consumer begins what is requested. */
  isIdle: boolean;
  /** The workflows of all reconciliation runs are closed. */
  isTerminated: boolean;
  /** A finished reconciliation run whose workflow has not ended yet: the next start joins it. */
  endingRun: string | null;
  rebuildResult: RebuildState | null;
}

/** Simulates the first step of the audit consumer's workflows for tests, without Temporal. */
export function createTestAuditWorkflows(pool: pg.Pool): TestAuditWorkflows {
  const unavailable = { kind: 'unavailable' } as const;
  const test: TestAuditWorkflows = {
    requests: [],
    isUnavailable: false,
    isIdle: false,
    isTerminated: false,
    endingRun: null,
    rebuildResult: null,
    async reconcile(request) {
      if (test.isUnavailable) return unavailable;
      if (test.endingRun !== null) {
        const firstRunId = test.endingRun;
        test.endingRun = null;
        return { kind: 'started', workflowId: WORKFLOW_ID, firstRunId };
      }
      test.requests.push(request);
      const reconciliationId = randomUUID();
      if (!test.isIdle) {
        await beginReconciliationRun(pool, { ...request, reconciliationId, workflowId: WORKFLOW_ID });
      }
      return { kind: 'started', workflowId: WORKFLOW_ID, firstRunId: reconciliationId };
    },
    isReconciliationOpen: async ({ workflowId }) => workflowId === WORKFLOW_ID && !test.isTerminated,
    async rebuild(request) {
      if (test.isUnavailable) return unavailable;
      test.requests.push(request);
      return { kind: 'started', workflowId: 'rebuild', firstRunId: randomUUID() };
    },
    rebuildState: async () => test.rebuildResult,
  };
  return test;
}
