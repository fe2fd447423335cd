import { createHash, randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range from which Linux takes the ports of outgoing connections, so that none of those is in the way. */
const FIRST_BLOCK = 20_000;
const BLOCKS = 700;
const BLOCK_SIZE = 16;
const LAST_PORT = FIRST_BLOCK + BLOCKS * BLOCK_SIZE - 1;

/** Ports within that range by which well-known servers are found: RabbitMQ, CockroachDB, Redis Sentinel, MongoDB. */
const STANDARD_PORTS: ReadonlySet<number> = new Set([25_672, 26_257, 26_379, 27_017, 27_018, 27_019, 28_015, 29_015]);

export type RememberedPorts = Record<string, number>;

/** A stack's first port follows from where it stands, so that two stacks do not reach for the same ones. */
export function blockOf(dir: string): number {
  const hash = createHash('sha256').update(dir).digest().readUInt32BE(0);
  return FIRST_BLOCK + (hash % BLOCKS) * BLOCK_SIZE;
}

export interface Ports {
  /** The port of that name: the remembered one while it is free, else the next free one, which is remembered. */
  take(name: string): Promise<number>;
  remembered(): RememberedPorts;
}

/**
 * Gives out ports of 127.0.0.1 by name, the same ones at every start as long as they are free.
 *
 * @param isFree whether something could listen there now
 */
export function createPorts(o: {
  firstPort: number;
  remembered: RememberedPorts;
  isFree: (port: number) => Promise<boolean>;
}): Ports {
  const ports: RememberedPorts = { ...o.remembered };
  const taken = new Set<number>();
  let candidate = o.firstPort;

  async function take(name: string): Promise<number> {
    const before = ports[name];
    if (before !== undefined && !taken.has(before) && (await o.isFree(before))) return keep(name, before);
    const others = new Set(Object.entries(ports).flatMap(([owner, port]) => (owner === name ? [] : [port])));
    for (let tries = 0; tries < BLOCKS * BLOCK_SIZE; tries++) {
      const port = candidate;
      candidate = candidate >= LAST_PORT ? FIRST_BLOCK : candidate + 1;
      if (STANDARD_PORTS.has(port) || taken.has(port) || others.has(port)) continue;
      if (await o.isFree(port)) return keep(name, port);
    }
    throw new Error(`no free port between ${FIRST_BLOCK} and ${LAST_PORT}`);
  }

  function keep(name: string, port: number): number {
    ports[name] = port;
    taken.add(port);
    return port;
  }

  return { take, remembered: () => ({ ...ports }) };
}

/** True if nothing listens on that port of the loopback address (or on all addresses). */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Where the ports of short-lived processes are drawn from: below everything above. */
const DRAWN_FROM = 11_000;
const PORTS_PER_PROCESS = 560;
/** Processes with ids that follow each other draw from different ports. */
const PROCESSES = 16;

let drawn = randomInt(PORTS_PER_PROCESS);

/**
 * Any port that is free now, for something short-lived that may be restarted on it: test files that run side by side do not
 * get it meanwhile, nor does this process before it has drawn all others. Not drawn by the system, whose choice an outgoing
 * connection could take between two lives.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS_PER_PROCESS; tries++) {
    drawn = (drawn + 1) % PORTS_PER_PROCESS;
    const port = DRAWN_FROM + drawn * PROCESSES + (process.pid % PROCESSES);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no free port from ${DRAWN_FROM} on`);
}
