import type { WorkerOptions } from '@temporalio/worker';
import type { WorkerConfig } from '../config.js';

/** What is under way at shutdown is given this long, then it is left to another worker. */
const SHUTDOWN_GRACE = '10s';

/** How a worker takes its tasks. Shared by the purchase worker and the benchmark's no-op worker. */
export function workerSettings(config: Pick<WorkerConfig, 'MAX_CACHED_WORKFLOWS'>) {
  return {
    maxCachedWorkflows: config.MAX_CACHED_WORKFLOWS,
    shutdownGraceTime: SHUTDOWN_GRACE,
  } satisfies Partial<WorkerOptions>;
}
