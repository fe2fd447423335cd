import { setTimeout as sleep } from 'node:timers/promises';
import type { CorruptedKey } from '../../checker/corrupted-keys.js';
import type { FaultHarness } from '../harness/fault-harness.js';
import type { Random } from '../random.js';
import type { Fault, FaultKind, FaultRecord } from './fault.js';

/** Faults at the same time when they are injected concurrently. */
const CONCURRENT_FAULTS = 3;
/** Pause between the end of one fault and the start of the next. */
const RECOVERY_MS = [1_000, 3_000] as const;
const CONCURRENT_RECOVERY_MS = [0, 1_500] as const;

export interface Injection {
  readonly harness: FaultHarness;
  readonly kinds: readonly FaultKind[];
  readonly random: Random;
  /** Filled as faults start and end. */
  readonly records: FaultRecord[];
  readonly log: (line: string) => void;
  /** Ends the injection early; active faults are still ended. */
  readonly signal: AbortSignal;
}

/** One fault after the other, each kind once in each round, for a time and until there were so many. */
export async function injectSequentially(
  o: Injection,
  { forMs, minFaults }: { readonly forMs: number; readonly minFaults: number },
): Promise<void> {
  const untilMs = Date.now() + forMs;
  for (const fault of faultsOf(o, 'sequential')) {
    const isOver = Date.now() >= untilMs && o.records.length >= minFaults;
    if (isOver || o.signal.aborted) return;
    await inject(o, fault, false);
    await pause(o, o.random.int(...RECOVERY_MS));
  }
}

/** Several faults at the same time, of all kinds, unless they use the same resource. */
export async function injectConcurrently(o: Injection, forMs: number): Promise<void> {
  const untilMs = Date.now() + forMs;
  const inUse = new Set<string>();
  async function injectRepeatedly(name: string): Promise<void> {
    for (const fault of faultsOf(o, name)) {
      if (Date.now() >= untilMs || o.signal.aborted) return;
      if (fault.uses.some((use) => inUse.has(use))) continue;
      for (const use of fault.uses) inUse.add(use);
      await inject(o, fault, true);
      for (const use of fault.uses) inUse.delete(use);
      await pause(o, o.random.int(...CONCURRENT_RECOVERY_MS));
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_FAULTS }, (_, i) => injectRepeatedly(`concurrent ${i}`)));
}

/** Draws an endless sequence of faults, every kind once in each round. */
function* faultsOf(o: Injection, name: string): Generator<Fault> {
  const replicas = o.harness.replicas.map((replica) => replica.name);
  const random = o.random.fork(name);
  for (;;) {
    for (const kind of random.shuffled(o.kinds)) yield { kind: kind.name, ...kind.draw(random, replicas) };
  }
}

/** Records a fault that cannot be started or ended; `FaultHarness.restore` then undoes its effects. */
async function inject(o: Injection, fault: Fault, isConcurrent: boolean): Promise<void> {
  const corrupted: CorruptedKey[] = [];
  const record: FaultRecord = {
    kind: fault.kind,
    what: fault.what,
    isConcurrent,
    corrupted,
    startedAtMs: Date.now(),
    endedAtMs: null,
  };
  o.records.push(record);
  o.log(fault.what);
  try {
    const end = await fault.begin(o.harness, corrupted);
    await pause(o, fault.durationMs);
    await end();
  } catch (error) {
    record.failure = error instanceof Error ? error.message : String(error);
    o.log(`${fault.what}: ${record.failure}`);
  }
  record.endedAtMs = Date.now();
}

/** Ends at once when the signal aborts the injection. */
const pause = ({ signal }: Injection, ms: number): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
