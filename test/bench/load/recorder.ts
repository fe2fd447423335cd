import { createHistogram, type Histogram, type Latency } from './histogram.js';

/** The result of one attempt. `counts` is true for a success. Latencies are also grouped by `kind`. */
interface AttemptResult {
  readonly counts: boolean;
  readonly kind?: string;
}

/** One attempt of the loop with this number. A rejection ends the whole run. */
export type Attempt = (slot: number) => Promise<AttemptResult>;

/** Number, rate and latencies of the successes within the measured time. */
export interface Measured extends Latency {
  readonly count: number;
  readonly perSecond: number;
}

export interface Recorded {
  readonly all: Measured;
  /** By `kind`, if attempts have one. */
  readonly byKind: Readonly<Record<string, Measured>>;
}

export interface Recorder {
  /** Records an ended attempt, if it counts. */
  record(result: AttemptResult, tookMs: number): void;
  /** @param overMs the duration over which the attempts were recorded */
  recorded(overMs: number): Recorded;
}

export function createRecorder(): Recorder {
  const all = createHistogram();
  const kinds = new Map<string, Histogram>();
  return {
    record({ counts, kind }, tookMs) {
      if (!counts) return;
      all.record(tookMs);
      if (kind === undefined) return;
      let histogram = kinds.get(kind);
      if (!histogram) kinds.set(kind, (histogram = createHistogram()));
      histogram.record(tookMs);
    },
    recorded: (overMs) => ({
      all: measuredOf(all, overMs),
      byKind: Object.fromEntries([...kinds].map(([kind, histogram]) => [kind, measuredOf(histogram, overMs)])),
    }),
  };
}

function measuredOf(histogram: Histogram, overMs: number): Measured {
  return { count: histogram.count, perSecond: (histogram.count * 1_000) / overMs, ...histogram.latency() };
}
