import { join } from 'node:path';
import { Client, Connection, type WorkflowClient } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { BUNDLES } from './workflow-bundles.js';

export interface Replays {
  /** Histories that were replayed, by workflow type. */
  readonly counts: ReadonlyMap<string, number>;
  /** A line for each workflow that the code cannot continue: its type, its id and the cause. */
  readonly failures: readonly string[];
}

/**
 * Replays the histories of workflows with the built workflow code of a folder.
 *
 * @param o.codeDir the root of the code
 * @param o.only a condition on search attributes, for some of the namespace's workflows
 */
export async function replayWorkflows(o: {
  readonly address: string;
  readonly namespace: string;
  readonly codeDir: string;
  readonly only?: string;
}): Promise<Replays> {
  const connection = await Connection.connect({ address: o.address });
  try {
    const { workflow } = new Client({ connection, namespace: o.namespace });
    const counts = new Map<string, number>();
    const failures: string[] = [];
    for (const { path, workflowTypes } of BUNDLES) {
      for (const type of workflowTypes) {
        const query = [`WorkflowType = "${type}"`, ...(o.only === undefined ? [] : [o.only])].join(' AND ');
        const options = { workflowBundle: { codePath: join(o.codeDir, path) } };
        for await (const { workflowId, error } of Worker.runReplayHistories(options, histories(workflow, query))) {
          counts.set(type, (counts.get(type) ?? 0) + 1);
          if (error) failures.push(`${type} ${workflowId}: ${error.message}`);
        }
      }
    }
    return { counts, failures };
  } finally {
    await connection.close();
  }
}

async function* histories(workflow: WorkflowClient, query: string) {
  for await (const { workflowId, runId } of workflow.list({ query })) {
    yield { workflowId, history: await workflow.getHandle(workflowId, runId).fetchHistory() };
  }
}
