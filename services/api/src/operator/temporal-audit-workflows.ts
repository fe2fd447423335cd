import {
  AUDIT_TASK_QUEUE,
  REBUILD_WORKFLOW,
  rebuildWorkflowId,
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
  summary,
  type RebuildRequest,
  type RebuildResult,
  type ReconciliationRequest,
} from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import {
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { nullIfUnknown } from '../temporal/null-if-unknown.js';
import type { AuditStart, AuditWorkflows } from './audit-workflows.js';

const eventInWords = (eventId: string | null): string => (eventId === null ? 'all events' : `event ${eventId}`);

const isOpen = ({ status }: WorkflowExecutionDescription): boolean =>
  status.name === 'RUNNING' || status.name === 'PAUSED';

/** It stays the same when a workflow continues as new. */
const firstRunIdOf = ({ raw, runId }: WorkflowExecutionDescription): string =>
  raw.workflowExecutionInfo?.firstRunId || runId;

type Rebuild = (request: RebuildRequest) => Promise<RebuildResult>;

/** Starts the audit consumer's workflows through Temporal. The client's calls have deadlines of their own. */
export function createTemporalAuditWorkflows(o: { client: Client; logger: Logger }): AuditWorkflows {
  const { client, logger } = o;

  async function start(type: string, workflowId: string, request: unknown, words: string): Promise<AuditStart> {
    try {
      const handle = await client.workflow.start(type, {
        workflowId,
        taskQueue: AUDIT_TASK_QUEUE,
        args: [request],
        staticSummary: words,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      });
      // Of a workflow that was joined and has continued as new, the start names the latest run.
      return { kind: 'started', workflowId, firstRunId: firstRunIdOf(await handle.describe()) };
    } catch (error) {
      logger.warn({ err: error, workflowId }, 'a workflow of the audit consumer could not be started');
      return { kind: 'unavailable' };
    }
  }

  return {
    reconcile(request: ReconciliationRequest) {
      const { scope, requestedBy } = request;
      const eventId = typeof scope === 'object' ? scope.eventId : null;
      const words = summary`${requestedBy} has ${eventInWords(eventId)} compared`;
      return start(RECONCILIATION_WORKFLOW, reconciliationWorkflowId(eventId), request, words);
    },

    async isReconciliationOpen({ reconciliationId, workflowId }) {
      const found = await nullIfUnknown(() => client.workflow.getHandle(workflowId).describe());
      return found !== null && isOpen(found) && firstRunIdOf(found) === reconciliationId;
    },

    rebuild(request) {
      const { eventId, requestedBy } = request;
      const words = summary`${requestedBy} has ${eventInWords(eventId)} rebuilt`;
      return start(REBUILD_WORKFLOW, rebuildWorkflowId(eventId), request, words);
    },

    async rebuildState(eventId) {
      const handle = client.workflow.getHandle<Rebuild>(rebuildWorkflowId(eventId));
      const found = await nullIfUnknown(() => handle.describe());
      if (found === null) return null;
      if (isOpen(found)) return { status: 'running' };
      if (found.status.name !== 'COMPLETED') return { status: 'ended' };
      return { status: 'finished', result: await handle.result() };
    },
  };
}
