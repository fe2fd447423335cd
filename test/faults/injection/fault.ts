import type { Arena } from '../ground/arena.js';
import type { Random } from '../random.js';

/** One fault as it was drawn: everything about it is fixed but the moment. */
export interface Fault {
  /** Name of its kind. */
  readonly kind: string;
  /** What exactly it does, for the log. */
  readonly what: string;
  /** Names of what no other fault may touch meanwhile. */
  readonly uses: readonly string[];
  /** How long it lasts once it has begun. */
  readonly durationMs: number;
  /** Begins it and gives what ends it; that puts right all that the fault did. */
  begin(arena: Arena): Promise<() => Promise<void>>;
}

/** A kind of fault: draws its details, such as which process and for how long. */
export interface FaultKind {
  readonly name: string;
  /** Redis forgets something by it that it had confirmed. */
  readonly redisForgets?: true;
  /** Workflows end by it before their work is done. */
  readonly losesWorkflows?: true;
  draw(random: Random, lanes: readonly string[]): Omit<Fault, 'kind'>;
}

/** What happened when, for the report and for whoever looks into a violation. Times are epoch ms. */
export interface FaultRecord {
  readonly kind: string;
  readonly what: string;
  readonly together: boolean;
  readonly begunAtMs: number;
  endedAtMs: number | null;
  /** Why it could not be begun or ended. */
  failure?: string;
}

/** An end for faults that leave nothing to put right. */
export const nothingToEnd = (): Promise<void> => Promise.resolve();
