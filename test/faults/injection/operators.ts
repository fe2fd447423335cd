import {
  CANCELLATION_WORKFLOW,
  EVENT_CANCELLATION_WORKFLOW,
  HOLD_WORKFLOW,
  PURCHASE_WORKFLOW,
} from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import type { FaultHarness } from '../harness/fault-harness.js';
import type { Random } from '../random.js';
import { nothingToEnd, type FaultKind } from './fault.js';

const CONNECT_TIMEOUT_MS = 5_000;
const RPC_TIMEOUT_MS = 10_000;
/** A reset chooses among the newest workflows, because those are most likely in progress. */
const NEWEST = 30;
const BUYERS_WORKFLOWS = [PURCHASE_WORKFLOW, CANCELLATION_WORKFLOW, HOLD_WORKFLOW];

/** Terminates running workflows. Nothing of them runs afterwards, not even their compensations. */
export const workflowTermination: FaultKind = {
  name: 'terminate workflow',
  terminatesWorkflows: true,
  draw(random) {
    const workflowType = random.pick(BUYERS_WORKFLOWS);
    const max = random.int(1, 3);
    return {
      what: `termination of up to ${max} ${workflowType} workflows`,
      uses: ['operator'],
      durationMs: 0,
      async begin(harness) {
        await asOperator(harness, async ({ workflow }) => {
          const open = workflow.list({ query: `WorkflowType = "${workflowType}" AND ExecutionStatus = "Running"` });
          for (const { workflowId } of await newest(open, max)) {
            // It may have ended in the meantime.
            await workflow
              .getHandle(workflowId)
              .terminate('fault suite')
              .catch(() => undefined);
          }
        });
        return nothingToEnd;
      },
    };
  },
};

/** Requests the cancellation of running workflows. They undo or finish what they have started. */
export const workflowCancellation: FaultKind = {
  name: 'request cancellation of workflow',
  draw(random) {
    const workflowType = random.pick([...BUYERS_WORKFLOWS, EVENT_CANCELLATION_WORKFLOW]);
    const max = random.int(1, 5);
    return {
      what: `cancellation requests to up to ${max} ${workflowType} workflows`,
      uses: ['operator'],
      durationMs: 0,
      async begin(harness) {
        await asOperator(harness, async ({ workflow }) => {
          const open = workflow.list({ query: `WorkflowType = "${workflowType}" AND ExecutionStatus = "Running"` });
          for (const { workflowId } of await newest(open, max)) {
            // It may have ended in the meantime.
            await workflow
              .getHandle(workflowId)
              .cancel()
              .catch(() => undefined);
          }
        });
        return nothingToEnd;
      },
    };
  },
};

/** Resets workflows, running or ended, to an earlier workflow task. They run again from there. */
export const workflowReset: FaultKind = {
  name: 'reset workflow',
  draw(random) {
    const workflowType = random.pick([PURCHASE_WORKFLOW, CANCELLATION_WORKFLOW]);
    const choice = random.fork(`reset ${random.int(0, 1_000_000)}`);
    return {
      what: `reset of a ${workflowType} workflow`,
      uses: ['operator'],
      durationMs: 0,
      async begin(harness) {
        await asOperator(harness, (client, namespace) => resetOne(client, namespace, workflowType, choice));
        return nothingToEnd;
      },
    };
  },
};

async function resetOne(client: Client, namespace: string, workflowType: string, random: Random): Promise<void> {
  const found = await newest(client.workflow.list({ query: `WorkflowType = "${workflowType}"` }), NEWEST);
  if (found.length === 0) return;
  const { workflowId, runId } = random.pick(found);
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  // Temporal resets to a completed workflow task.
  const tasks = (history.events ?? []).filter(
    ({ workflowTaskCompletedEventAttributes: task }) => task !== null && task !== undefined,
  );
  if (tasks.length === 0) return;
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, runId },
    reason: 'fault suite',
    requestId: `${workflowId} ${random.int(0, 2 ** 31)}`,
    workflowTaskFinishEventId: random.pick(tasks).eventId ?? null,
  });
}

async function newest(
  listed: AsyncIterable<{ readonly workflowId: string; readonly runId: string }>,
  max: number,
): Promise<{ readonly workflowId: string; readonly runId: string }[]> {
  const found = [];
  for await (const { workflowId, runId } of listed) {
    if (found.push({ workflowId, runId }) >= max) break;
  }
  return found;
}

async function asOperator(
  { stack }: FaultHarness,
  run: (client: Client, namespace: string) => Promise<void>,
): Promise<void> {
  const { temporalAddress, temporalNamespace } = stack.addresses;
  const connection = await Connection.connect({ address: temporalAddress, connectTimeout: CONNECT_TIMEOUT_MS });
  try {
    const client = new Client({ connection, namespace: temporalNamespace });
    await connection.withDeadline(Date.now() + RPC_TIMEOUT_MS, () => run(client, temporalNamespace));
  } finally {
    await connection.close();
  }
}
