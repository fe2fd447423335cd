import { startWithRetries, type FaultHarness } from '../harness/fault-harness.js';
import type { ServiceHandle } from '@box-office/infra';
import type { Random } from '../random.js';
import type { FaultKind } from './fault.js';

const SERVICES = ['api', 'worker', 'audit consumer', 'simulator'] as const;
type Service = (typeof SERVICES)[number];

/** `kill -9` of each process, which is restarted at once or after some seconds. */
export const processKills: readonly FaultKind[] = SERVICES.map((service) => ({
  name: `kill ${service}`,
  draw(random, replicas) {
    const name = nameOf(service, random, replicas);
    const durationMs = random.pick([0, 500, 3_000]);
    return {
      what: `kill -9 of ${name}, dead for ${durationMs} ms`,
      uses: [name],
      durationMs,
      async begin(harness) {
        const process = serviceOf(harness, name);
        await process.kill('SIGKILL');
        // Keeps the supervisor from restarting it too early.
        await process.stop();
        return () => startWithRetries(process);
      },
    };
  },
}));

/** SIGSTOP of a process: it does nothing for some seconds, and then continues as if no time had passed. */
export const processPause: FaultKind = {
  name: 'pause process',
  draw(random, replicas) {
    const name = nameOf(random.pick(SERVICES), random, replicas);
    const durationMs = random.pick([1_000, 4_000, 9_000]);
    return {
      what: `SIGSTOP of ${name} for ${durationMs} ms`,
      uses: [name],
      durationMs,
      async begin(harness) {
        const process = serviceOf(harness, name);
        await process.kill('SIGSTOP');
        return () => process.kill('SIGCONT');
      },
    };
  },
};

/** There is one payment simulator; the other services have one process in each replica. */
function nameOf(service: Service, random: Random, replicas: readonly string[]): string {
  return service === 'simulator' ? service : `${service} ${random.pick(replicas)}`;
}

function serviceOf(harness: FaultHarness, name: string): ServiceHandle {
  const found = harness.services.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}
