import { setTimeout as sleep } from 'node:timers/promises';
import {
  startServices,
  startStack,
  type PrivateStack,
  type Reporter,
  type RunningServices,
  type ServiceHandle,
} from '@box-office/infra';
import { openReplica, type Replica } from './replica.js';

const READY_TIMEOUT_MS = 120_000;
const READY_CHECK_MS = 250;
const PROBE_TIMEOUT_MS = 2_000;
const RESTART_PAUSE_MS = 1_000;

/** The system under test: a private stack, and replicas of the services that reach its servers through TCP proxies. */
export interface FaultHarness {
  readonly stack: PrivateStack;
  /** Each has its own gateway, worker and audit consumer, so that a fault in one leaves the other working. */
  readonly replicas: readonly Replica[];
  readonly simulator: ServiceHandle;
  /** Every service process, by a readable name. */
  readonly services: ReadonlyMap<string, ServiceHandle>;
  /** Log lines of service processes that ended without being killed by a fault. */
  readonly crashes: readonly string[];
  /** Ends all faults: opens every proxy, resumes every process, and waits until every server and service is ready. */
  restore(): Promise<void>;
  /** @param keepData keeps the stores' files, to analyse a failed run */
  close(o: { readonly keepData: boolean }): Promise<void>;
}

/**
 * Starts servers and services in a directory of its own. Services are restarted when they die, as a supervisor does;
 * servers stay down until the fault ends.
 */
export async function openFaultHarness(o: {
  readonly dir: string;
  readonly replicas: readonly string[];
  readonly report: Reporter;
}): Promise<FaultHarness> {
  const stack = await startStack({ name: 'faults', dir: o.dir, ephemeral: true, logger: o.report });
  const sets: RunningServices[] = [];
  const replicas: Replica[] = [];
  const crashes: string[] = [];
  const report: Reporter = {
    info: (line) => o.report.info(line),
    warn(line) {
      // Faults kill with SIGKILL only.
      if (/ died \((?!killed by SIGKILL)/.test(line)) crashes.push(line);
      o.report.warn(line);
    },
  };
  const options = { autoRestart: true, report };

  async function stopServices(): Promise<void> {
    await Promise.all(replicas.map((replica) => replica.open()));
    await Promise.all(sets.map((set) => set.stop()));
    await Promise.all(replicas.map((replica) => replica.close()));
  }

  try {
    const port = Number(new URL(stack.addresses.paymentUrl).port);
    const takePort = (): Promise<number> => Promise.resolve(port);
    const simulators = await startServices(stack, { simulator: 1 }, { ...options, takePort, label: '' });
    sets.push(simulators);
    const [simulator] = simulators.simulator;
    if (!simulator) throw new Error('there is no payment simulator');
    for (const name of o.replicas) {
      const { replica, set } = await openReplica(name, stack, options);
      replicas.push(replica);
      sets.push(set);
    }
    const services = new Map([
      ['simulator', simulator],
      ...replicas.flatMap((replica): [string, ServiceHandle][] => [
        [`api ${replica.name}`, replica.api],
        [`worker ${replica.name}`, replica.worker],
        [`audit consumer ${replica.name}`, replica.auditConsumer],
      ]),
    ]);
    return {
      stack,
      replicas,
      simulator,
      services,
      crashes,
      async restore() {
        await Promise.all(replicas.map((replica) => replica.open()));
        const servers = Object.values(stack.servers);
        for (const handle of [...servers, ...services.values()]) await handle.kill('SIGCONT');
        await Promise.all(servers.map((server) => server.start()));
        await Promise.all([...services.values()].map(waitUntilReady));
      },
      async close({ keepData }) {
        await stopServices();
        if (keepData) await Promise.all(Object.values(stack.servers).map((server) => server.stop()));
        else await stack.stop();
      },
    };
  } catch (error) {
    await stopServices();
    await stack.stop();
    throw error;
  }
}

/** Starts a service, repeatedly until it runs: a dependency may be unavailable for a while. */
export async function startWithRetries(service: ServiceHandle, timeoutMs = READY_TIMEOUT_MS): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await service.start();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(RESTART_PAUSE_MS);
  }
}

async function waitUntilReady(service: ServiceHandle): Promise<void> {
  await startWithRetries(service);
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await isReady(service))) {
    if (Date.now() > deadline) throw new Error(`${service.name} is not ready again (log: ${service.logFile})`);
    await sleep(READY_CHECK_MS);
  }
}

async function isReady(service: ServiceHandle): Promise<boolean> {
  try {
    const response = await fetch(`${service.healthUrl}/readyz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
