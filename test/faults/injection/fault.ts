import type { CorruptedKey } from '../../checker/corrupted-keys.js';
import type { FaultHarness } from '../harness/fault-harness.js';
import type { Random } from '../random.js';

/** One fault with its drawn details. Only its time is not fixed. */
export interface Fault {
  /** Name of its kind. */
  readonly kind: string;
  /** Description with all details, for the log. */
  readonly what: string;
  /** Names of the resources that no other fault may use at the same time. */
  readonly uses: readonly string[];
  /** How long it lasts. */
  readonly durationMs: number;
  /**
   * Starts the fault. Returns a function that ends it and undoes its effects.
   *
   * @param corrupted filled with the keys in Redis that the fault overwrites
   */
  begin(harness: FaultHarness, corrupted: CorruptedKey[]): Promise<() => Promise<void>>;
}

/** A kind of fault. It draws the details, such as the process and the duration. */
export interface FaultKind {
  readonly name: string;
  /** Redis loses data that it had acknowledged. */
  readonly losesRedisData?: true;
  /** Workflows end before their work is done. */
  readonly terminatesWorkflows?: true;
  draw(random: Random, replicas: readonly string[]): Omit<Fault, 'kind'>;
}

/** One injected fault, for the report and for the analysis of a violation. Times are epoch ms. */
export interface FaultRecord {
  readonly kind: string;
  readonly what: string;
  readonly isConcurrent: boolean;
  readonly startedAtMs: number;
  endedAtMs: number | null;
  readonly corrupted: readonly CorruptedKey[];
  /** Why it could not be started or ended. */
  failure?: string;
}

/** For faults that have nothing to undo. */
export const nothingToEnd = (): Promise<void> => Promise.resolve();
