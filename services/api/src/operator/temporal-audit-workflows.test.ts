import { randomUUID } from 'node:crypto';
import { AUDIT_TASK_QUEUE, RECONCILIATION_WORKFLOW, reconciliationWorkflowId } from '@box-office/contract';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectToTemporal } from '../temporal/connection.js';
import { logger } from '../testing/gateway.js';
import type { AuditWorkflows } from './audit-workflows.js';
import { createTemporalAuditWorkflows } from './temporal-audit-workflows.js';

/** `COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION` of Temporal's API. */
const CONTINUE_AS_NEW = 10;

let client: Client;
let audit: AuditWorkflows;

beforeAll(() => {
  const { temporalAddress, temporalNamespace } = inject('stack');
  const connection = connectToTemporal({ options: { address: temporalAddress }, callMs: 60_000 });
  client = new Client({ connection, namespace: temporalNamespace });
  audit = createTemporalAuditWorkflows({ client, logger });
});
afterAll(() => client.connection.close());

async function start(eventId: string) {
  const started = await audit.reconcile({ requestedBy: 'olga', scope: { eventId } });
  if (started.kind !== 'started') throw new Error(started.kind);
  return { workflowId: started.workflowId, reconciliationId: started.firstRunId };
}

/** Continues a workflow as new, as its worker would. No other worker runs. */
async function continueAsNew(workflowId: string): Promise<void> {
  const { namespace } = client.options;
  const taskQueue = { name: AUDIT_TASK_QUEUE };
  for (;;) {
    const task = await client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue });
    // Schedules of other files may have started workflows.
    if (task.workflowExecution?.workflowId !== workflowId) continue;
    const workflowType = { name: RECONCILIATION_WORKFLOW };
    const continueAsNewWorkflowExecutionCommandAttributes = { workflowType, taskQueue };
    await client.workflowService.respondWorkflowTaskCompleted({
      namespace,
      taskToken: task.taskToken,
      commands: [{ commandType: CONTINUE_AS_NEW, continueAsNewWorkflowExecutionCommandAttributes }],
    });
    return;
  }
}

describe('a reconciliation run', () => {
  it('keeps its id when its workflow continues as new, and is open until that is closed', async () => {
    const eventId = `none-${randomUUID()}`;
    const run = await start(eventId);
    const { runId } = await client.workflow.getHandle(run.workflowId).describe();
    expect([run.reconciliationId, await audit.isReconciliationOpen(run)]).toEqual([runId, true]);

    await continueAsNew(run.workflowId);
    expect((await client.workflow.getHandle(run.workflowId).describe()).runId).not.toBe(runId);
    expect([await start(eventId), await audit.isReconciliationOpen(run)]).toEqual([run, true]);

    await client.workflow.getHandle(run.workflowId).terminate();
    expect(await audit.isReconciliationOpen(run)).toBe(false);
    const next = await start(eventId);
    expect([await audit.isReconciliationOpen(next), await audit.isReconciliationOpen(run)]).toEqual([true, false]);
    await client.workflow.getHandle(run.workflowId).terminate();
  });

  it('without a workflow is not open', async () => {
    const run = { reconciliationId: randomUUID(), workflowId: reconciliationWorkflowId(randomUUID()) };
    expect(await audit.isReconciliationOpen(run)).toBe(false);
  });
});
