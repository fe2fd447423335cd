import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from '../ground/arena.js';
import type { Random } from '../random.js';
import type { Fault, FaultKind, FaultRecord } from './fault.js';

/** Faults at once when all kinds come together. */
const AT_ONCE = 3;
/** Between the end of one fault and the beginning of the next, when they come one by one. */
const RECOVERY_MS = [1_000, 3_000] as const;
const RECOVERY_TOGETHER_MS = [0, 1_500] as const;

export interface Injection {
  readonly arena: Arena;
  readonly kinds: readonly FaultKind[];
  readonly random: Random;
  /** Filled as faults begin and end. */
  readonly records: FaultRecord[];
  readonly say: (line: string) => void;
  /** Ends the injection early; the faults under way are still ended. */
  readonly signal: AbortSignal;
}

/** One fault after the other, each kind once before any kind comes again; none begins after the time is up. */
export async function injectOneByOne(o: Injection, untilMs: number): Promise<void> {
  for (const fault of faultsOf(o, 'one by one')) {
    if (Date.now() >= untilMs || o.signal.aborted) return;
    await inject(o, fault, false);
    await pause(o, o.random.int(...RECOVERY_MS));
  }
}

/** Several faults at once, of all kinds, as long as they do not touch the same thing. */
export async function injectTogether(o: Injection, untilMs: number): Promise<void> {
  const inUse = new Set<string>();
  async function keepInjecting(name: string): Promise<void> {
    for (const fault of faultsOf(o, name)) {
      if (Date.now() >= untilMs || o.signal.aborted) return;
      if (fault.uses.some((use) => inUse.has(use))) continue;
      for (const use of fault.uses) inUse.add(use);
      await inject(o, fault, true);
      for (const use of fault.uses) inUse.delete(use);
      await pause(o, o.random.int(...RECOVERY_TOGETHER_MS));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => keepInjecting(`together ${i}`)));
}

/** Draws faults without end, every kind once in each round. */
function* faultsOf(o: Injection, name: string): Generator<Fault> {
  const lanes = o.arena.lanes.map((lane) => lane.name);
  const random = o.random.fork(name);
  for (;;) {
    for (const kind of random.shuffled(o.kinds)) yield { kind: kind.name, ...kind.draw(random, lanes) };
  }
}

/** A fault that cannot be begun or ended is noted; bringing everything back puts right what it left. */
async function inject(o: Injection, fault: Fault, together: boolean): Promise<void> {
  const record: FaultRecord = {
    ...{ kind: fault.kind, what: fault.what, together },
    begunAtMs: Date.now(),
    endedAtMs: null,
  };
  o.records.push(record);
  o.say(fault.what);
  try {
    const end = await fault.begin(o.arena);
    await pause(o, fault.durationMs);
    await end();
  } catch (error) {
    record.failure = error instanceof Error ? error.message : String(error);
    o.say(`${fault.what}: ${record.failure}`);
  }
  record.endedAtMs = Date.now();
}

/** Is over at once when the injection is to end. */
const pause = ({ signal }: Injection, ms: number): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
