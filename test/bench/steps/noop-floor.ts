import type { NoopJob, NoopKind, NoopResult, NoopServers } from '../floors/jobs.js';
import type { Measured } from '../load/recorder.js';
import { cpuOf, difference } from '../measuring/processes.js';
import type { Office } from '../office.js';

const TIMEOUT_MS = 180_000;
/** The purchase worker's default, which the bench leaves as it is. */
const MAX_CACHED_WORKFLOWS = 500;

export interface NoopFloor extends Measured {
  /** By process: `temporal`, and the worker and the driver of the no-ops. */
  readonly cpuMsPerWorkflow: Readonly<Record<string, number>>;
}

/** Measures bare no-op workflows on the stack's own Temporal server. */
export interface NoopMeter {
  measure(o: {
    readonly kind: NoopKind;
    readonly concurrency: number;
    readonly warmUpMs: number;
    readonly measureMs: number;
  }): Promise<NoopFloor>;
}

/** Starts the no-ops' own worker and driver; they end with the office. */
export async function openNoopMeter(office: Office): Promise<NoopMeter> {
  const { temporalAddress, temporalNamespace, redisUrl } = office.bench.stack.addresses;
  const servers: NoopServers = {
    ...{ temporalAddress, temporalNamespace, redisUrl },
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  };
  const worker = office.startHelper<NoopServers, void>('noop-worker');
  const driver = office.startHelper<NoopJob, NoopResult>('noop-driver');
  await worker.run(servers, { timeoutMs: TIMEOUT_MS });
  const processes = {
    temporal: office.processes['temporal'] ?? [],
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
