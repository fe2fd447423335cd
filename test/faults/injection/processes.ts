import { keepStarting, type Arena } from '../ground/arena.js';
import type { ServiceHandle } from '@box-office/infra';
import type { Random } from '../random.js';
import type { FaultKind } from './fault.js';

const SERVICES = ['api', 'worker', 'audit consumer', 'simulator'] as const;
type Service = (typeof SERVICES)[number];

/** `kill -9` of each process; it is dead for a moment or for seconds, then started again. */
export const processKills: readonly FaultKind[] = SERVICES.map((service) => ({
  name: `kill ${service}`,
  draw(random, lanes) {
    const name = nameOf(service, random, lanes);
    const durationMs = random.pick([0, 500, 3_000]);
    return {
      what: `kill -9 of ${name}, dead for ${durationMs} ms`,
      uses: [name],
      durationMs,
      async begin(arena) {
        const process = serviceOf(arena, name);
        await process.kill('SIGKILL');
        // Keeps the supervisor from starting it again before its time.
        await process.stop();
        return () => keepStarting(process);
      },
    };
  },
}));

/** SIGSTOP of a process: it does nothing for seconds and then goes on as if no time had passed. */
export const processPause: FaultKind = {
  name: 'pause process',
  draw(random, lanes) {
    const name = nameOf(random.pick(SERVICES), random, lanes);
    const durationMs = random.pick([1_000, 4_000, 9_000]);
    return {
      what: `SIGSTOP of ${name} for ${durationMs} ms`,
      uses: [name],
      durationMs,
      async begin(arena) {
        const process = serviceOf(arena, name);
        await process.kill('SIGSTOP');
        return () => process.kill('SIGCONT');
      },
    };
  },
};

/** The payment provider is one; the other services have one process in each lane. */
function nameOf(service: Service, random: Random, lanes: readonly string[]): string {
  return service === 'simulator' ? service : `${service} ${random.pick(lanes)}`;
}

function serviceOf(arena: Arena, name: string): ServiceHandle {
  const found = arena.services.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}
