import { createHistogram, type Histogram, type Latency } from './histogram.js';

/** What one attempt came to. `kind` sorts latencies where a load mixes several; `counts` tells a success from the rest. */
interface Done {
  readonly counts: boolean;
  readonly kind?: string;
}

/** One attempt of the loop or buyer with this number. It may reject only for what should end the whole run. */
export type Attempt = (slot: number) => Promise<Done>;

/** Successes within the time that was measured: how many, how many per second, how long each took. */
export interface Measured extends Latency {
  readonly count: number;
  readonly perSecond: number;
}

export interface Recorded {
  readonly all: Measured;
  /** By `kind`, where attempts named one. */
  readonly byKind: Readonly<Record<string, Measured>>;
}

export interface Recorder {
  /** Takes an attempt that ended; those that do not count are left out. */
  record(done: Done, tookMs: number): void;
  /** @param overMs the time over which the attempts were recorded */
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
