import type { NoopJob, NoopKind, NoopResult, NoopServers } from '../baselines/jobs.js';
import type { Measured } from '../load/recorder.js';
import { cpuOf, difference } from '../measuring/processes.js';
import type { BenchHarness } from '../bench-harness.js';

const TIMEOUT_MS = 180_000;
/** The purchase worker's default. */
const MAX_CACHED_WORKFLOWS = 500;

export interface NoopBaseline extends Measured {
  /** By process: `temporal`, and the worker and driver of the no-op workflows. */
  readonly cpuMsPerWorkflow: Readonly<Record<string, number>>;
}

/** Measures no-op workflows on the stack's Temporal server. */
export interface NoopMeter {
  measure(o: {
    readonly kind: NoopKind;
    readonly concurrency: number;
    readonly warmUpMs: number;
    readonly measureMs: number;
  }): Promise<NoopBaseline>;
}

/** Starts the worker and the driver of the no-op workflows. They end with the harness. */
export async function openNoopMeter(harness: BenchHarness): Promise<NoopMeter> {
  const { temporalAddress, temporalNamespace, redisUrl } = harness.bench.stack.addresses;
  const servers: NoopServers = {
    temporalAddress,
    temporalNamespace,
    redisUrl,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  };
  const worker = harness.startHelper<NoopServers, void>('noop-worker');
  const driver = harness.startHelper<NoopJob, NoopResult>('noop-driver');
  await worker.run(servers, { timeoutMs: TIMEOUT_MS });
  const processes = {
    temporal: harness.processes['temporal'] ?? [],
    noopWorker: [worker.pid],
    noopDriver: [driver.pid],
  };
  return {
    async measure(o) {
      const before = cpuOf(processes);
      const { measured, started } = await driver.run({ ...servers, ...o }, { timeoutMs: TIMEOUT_MS });
      const spent = Object.entries(difference(cpuOf(processes), before));
      return { ...measured, cpuMsPerWorkflow: Object.fromEntries(spent.map(([name, ms]) => [name, ms / started])) };
    },
  };
}
