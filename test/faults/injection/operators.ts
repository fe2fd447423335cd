import {
  CANCELLATION_WORKFLOW,
  EVENT_CANCELLATION_WORKFLOW,
  HOLD_WORKFLOW,
  PURCHASE_WORKFLOW,
} from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import type { Arena } from '../ground/arena.js';
import type { Random } from '../random.js';
import { nothingToEnd, type FaultKind } from './fault.js';

const CONNECT_TIMEOUT_MS = 5_000;
const RPC_TIMEOUT_MS = 10_000;
/** The newest ones are chosen from: those are the ones that something is going on in. */
const NEWEST = 30;
const BUYERS_WORKFLOWS = [PURCHASE_WORKFLOW, CANCELLATION_WORKFLOW, HOLD_WORKFLOW];

/** Somebody terminates workflows that are at work: nothing of them runs any more, not even their compensations. */
export const workflowTermination: FaultKind = {
  name: 'terminate workflow',
  losesWorkflows: true,
  draw(random) {
    const workflowType = random.pick(BUYERS_WORKFLOWS);
    const most = random.int(1, 3);
    return {
      what: `termination of up to ${most} ${workflowType} workflows`,
      uses: ['operator'],
      durationMs: 0,
      async begin(arena) {
        await asOperator(arena, async ({ workflow }) => {
          const open = workflow.list({ query: `WorkflowType = "${workflowType}" AND ExecutionStatus = "Running"` });
          for (const { workflowId } of await newest(open, most)) {
            // It may have ended in this very moment.
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

/** Somebody requests the cancellation of workflows that are at work: what they have begun is undone, or carried to its end. */
export const workflowCancellation: FaultKind = {
  name: 'request cancellation of workflow',
  draw(random) {
    const workflowType = random.pick([...BUYERS_WORKFLOWS, EVENT_CANCELLATION_WORKFLOW]);
    const most = random.int(1, 5);
    return {
      what: `cancellation requests to up to ${most} ${workflowType} workflows`,
      uses: ['operator'],
      durationMs: 0,
      async begin(arena) {
        await asOperator(arena, async ({ workflow }) => {
          const open = workflow.list({ query: `WorkflowType = "${workflowType}" AND ExecutionStatus = "Running"` });
          for (const { workflowId } of await newest(open, most)) {
            // It may have ended in this very moment.
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

/** Somebody resets workflows, running or ended, to a point in their past: they run again from there. */
export const workflowReset: FaultKind = {
  name: 'reset workflow',
  draw(random) {
    const workflowType = random.pick([PURCHASE_WORKFLOW, CANCELLATION_WORKFLOW]);
    const choice = random.fork(`reset ${random.int(0, 1_000_000)}`);
    return {
      what: `reset of a ${workflowType} workflow`,
      uses: ['operator'],
      durationMs: 0,
      async begin(arena) {
        await asOperator(arena, (client, namespace) => resetOne(client, namespace, workflowType, choice));
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
  // A reset goes back to a completed workflow task.
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
  most: number,
): Promise<{ readonly workflowId: string; readonly runId: string }[]> {
  const found = [];
  for await (const { workflowId, runId } of listed) {
    if (found.push({ workflowId, runId }) >= most) break;
  }
  return found;
}

async function asOperator({ stack }: Arena, act: (client: Client, namespace: string) => Promise<void>): Promise<void> {
  const { temporalAddress, temporalNamespace } = stack.addresses;
  const connection = await Connection.connect({ address: temporalAddress, connectTimeout: CONNECT_TIMEOUT_MS });
  try {
    const client = new Client({ connection, namespace: temporalNamespace });
    await connection.withDeadline(Date.now() + RPC_TIMEOUT_MS, () => act(client, temporalNamespace));
  } finally {
    await connection.close();
  }
}
