import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { bundleOf } from '../support/workflow-bundles.js';
import { UpgradeFailure } from './upgrade-failure.js';

/**
 * Replays the history of every workflow that is open with the workflow code in this folder.
 *
 * @returns how many are open, by workflow type
 * @throws UpgradeFailure naming each workflow that the code cannot continue
 */
export async function replayOpenWorkflows(o: {
  readonly address: string;
  readonly namespace: string;
  readonly codeDir: string;
}): Promise<Map<string, number>> {
  const connection = await Connection.connect({ address: o.address });
  try {
    const { workflow } = new Client({ connection, namespace: o.namespace });
    const counts = new Map<string, number>();
    const failures: string[] = [];
    for await (const { workflowId, type } of workflow.list({ query: 'ExecutionStatus = "Running"' })) {
      counts.set(type, (counts.get(type) ?? 0) + 1);
      const codePath = join(o.codeDir, bundleOf(type));
      const history = await workflow.getHandle(workflowId).fetchHistory();
      await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowId).catch((error: unknown) => {
        failures.push(`${type} ${workflowId}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
    if (failures.length > 0) {
      const advice = "Today's workflow code cannot continue these workflows; guard the change with patched():";
      throw new UpgradeFailure([advice, ...failures].join('\n'));
    }
    return counts;
  } finally {
    await connection.close();
  }
}
