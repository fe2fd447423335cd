import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';

/**
 * How workflow code is bundled. Its modules keep no state, so one instance of them serves all workflows of a worker.
 *
 * @param workflows the module that exports the workflows
 */
export function bundleOptions(workflows: URL) {
  const workflowsPath = fileURLToPath(workflows);
  const shortStacks = fileURLToPath(new URL('./short-stacks.js', import.meta.url));
  return { workflowsPath, preloadModules: [shortStacks, workflowsPath] } satisfies BundleOptions;
}

/** Bundles workflow code into a file. Done by the build, so that every worker runs the same code and starts quickly. */
export async function writeBundle(workflows: URL, path: string): Promise<void> {
  const { code } = await bundleWorkflowCode(bundleOptions(workflows));
  await writeFile(path, code);
}
