import { fileURLToPath } from 'node:url';
import type { BundleOptions } from '@temporalio/worker';

/**
 * How workflow code is bundled.
 *
 * Its modules keep no state, so that one instance of them serves all workflows of a worker, instead of one each. And
 * stacks are kept short, see short-stacks.ts.
 *
 * @param workflows the module that exports the workflows
 */
export function bundling(workflows: URL) {
  const workflowsPath = fileURLToPath(workflows);
  const shortStacks = fileURLToPath(new URL('./workflows/short-stacks.js', import.meta.url));
  return { workflowsPath, preloadModules: [shortStacks, workflowsPath] } satisfies BundleOptions;
}
