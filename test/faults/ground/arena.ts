import { setTimeout as sleep } from 'node:timers/promises';
import {
  startServices,
  startStack,
  type PrivateStack,
  type Reporter,
  type RunningServices,
  type ServiceHandle,
} from '@box-office/infra';
import { openLane, type Lane } from './lane.js';

const READY_TIMEOUT_MS = 120_000;
const READY_LOOK_MS = 250;
const PROBE_TIMEOUT_MS = 2_000;
const RESTART_PAUSE_MS = 1_000;

/** What a run of faults stands on: private servers, and services in lanes that reach them over lines of their own. */
export interface Arena {
  readonly stack: PrivateStack;
  /** Gateway, worker and audit consumer of their own each, so that a fault on one lane lets the other go on. */
  readonly lanes: readonly Lane[];
  readonly simulator: ServiceHandle;
  /** Every service process by a readable name. */
  readonly services: ReadonlyMap<string, ServiceHandle>;
  /** Service processes that ended although nobody had killed them, in words. */
  readonly deaths: readonly string[];
  /** Ends whatever disturbs: lines open, nothing paused, every server and service up and ready. */
  bringBack(): Promise<void>;
  /** @param keepData leave the stores as they are, to look into what went wrong */
  close(o: { readonly keepData: boolean }): Promise<void>;
}

/**
 * Brings everything up in a directory of its own. The services are started again when they die, as any supervisor
 * would; servers stay down until a fault has ended.
 */
export async function openArena(o: {
  readonly dir: string;
  readonly lanes: readonly string[];
  readonly report: Reporter;
}): Promise<Arena> {
  const stack = await startStack({ name: 'faults', dir: o.dir, ephemeral: true, logger: o.report });
  const sets: RunningServices[] = [];
  const lanes: Lane[] = [];
  const deaths: string[] = [];
  const report: Reporter = {
    info: (line) => o.report.info(line),
    warn(line) {
      // Faults kill with SIGKILL alone.
      if (/ died \((?!killed by SIGKILL)/.test(line)) deaths.push(line);
      o.report.warn(line);
    },
  };
  const options = { autoRestart: true, report };

  async function stopServices(): Promise<void> {
    await Promise.all(lanes.map((lane) => lane.open()));
    await Promise.all(sets.map((set) => set.stop()));
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  try {
    const port = Number(new URL(stack.addresses.paymentUrl).port);
    const takePort = (): Promise<number> => Promise.resolve(port);
    const simulators = await startServices(stack, { simulator: 1 }, { ...options, takePort, label: '' });
    sets.push(simulators);
    const [simulator] = simulators.simulator;
    if (!simulator) throw new Error('there is no payment simulator');
    for (const name of o.lanes) {
      const { lane, set } = await openLane(name, stack, options);
      lanes.push(lane);
      sets.push(set);
    }
    const services = new Map([
      ['simulator', simulator],
      ...lanes.flatMap((lane): [string, ServiceHandle][] => [
        [`api ${lane.name}`, lane.api],
        [`worker ${lane.name}`, lane.worker],
        [`audit consumer ${lane.name}`, lane.auditConsumer],
      ]),
    ]);
    return {
      ...{ stack, lanes, simulator, services, deaths },
      async bringBack() {
        await Promise.all(lanes.map((lane) => lane.open()));
        const servers = Object.values(stack.servers);
        for (const handle of [...servers, ...services.values()]) await handle.kill('SIGCONT');
        await Promise.all(servers.map((server) => server.start()));
        await Promise.all([...services.values()].map(untilReady));
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

/** Starts a service again and again until it runs: what it needs may be away for a while. */
export async function keepStarting(service: ServiceHandle, limitMs = READY_TIMEOUT_MS): Promise<void> {
  const deadline = Date.now() + limitMs;
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

async function untilReady(service: ServiceHandle): Promise<void> {
  await keepStarting(service);
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await isReady(service))) {
    if (Date.now() > deadline) throw new Error(`${service.name} is not ready again (log: ${service.logFile})`);
    await sleep(READY_LOOK_MS);
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
