import type { Measured } from './load/recorder.js';
import { median } from './measuring/median.js';
import type { DirectBaseline } from './steps/direct-baseline.js';
import type { Doors } from './steps/doors.js';
import type { Growth } from './steps/growth.js';
import type { NoopBaseline } from './steps/noop-baseline.js';
import type { Pages } from './steps/pages.js';
import type { PurchaseResult } from './steps/purchases.js';
import type { SlowProvider } from './steps/slow-provider.js';
import type { SoldOut } from './steps/sold-out.js';

/** Concurrent buyers, such as `c1` or `c60`. */
export type Concurrency = `c${number}`;
type ByBuyers<T> = Record<Concurrency, T>;

/** A result at a fixed arrival rate, with latencies from when each purchase was due. */
export interface AtRate extends PurchaseResult {
  readonly arrivalsPerSecond: number;
}

/**
 * The results of one run. Parts that were not requested are absent. Rates per second, times in ms, memory in MB.
 */
export interface Results {
  readonly about: {
    readonly startedAt: string;
    readonly commit: string;
    readonly node: string;
    readonly cores: number;
    readonly quick: boolean;
    readonly processes: { readonly api: number; readonly worker: number; readonly auditConsumer: number };
    tookS: number;
    /** Share of the machine (0 to 1) that processes outside the bench used during the run. */
    othersShare: number;
  };
  baselines: {
    noop: ByBuyers<NoopBaseline>;
    /** One caller, with a no-op workflow that notifies with a local activity, as the purchase does. */
    noopLocalActivity?: NoopBaseline;
    direct: ByBuyers<DirectBaseline>;
    hono?: Measured;
    middleware?: Measured;
    lua?: Measured;
  };
  purchase: ByBuyers<PurchaseResult>;
  openLoop?: {
    /** Of the closed loops. */
    readonly capacityPerSecond: number;
    /** The highest rate that was tried at which p99 stays below a second. */
    readonly openCapacityPerSecond: number;
    /** Of the closed loops' capacity. */
    readonly half: AtRate;
    /** Of the open capacity. */
    readonly nineTenths: AtRate;
  };
  slowProvider?: SlowProvider;
  soldOut?: SoldOut;
  pages?: Pages;
  doors?: Doors;
  growth?: { readonly oneEvent: Growth; readonly thousandEvents: Growth };
  /** By process, after the warm-up and at the end. */
  memory: { start: Record<string, number>; end: Record<string, number> };
  /** CPU time per purchase by process, at each number of buyers. */
  cpu: ByBuyers<Readonly<Record<string, number>>>;
}

export const at = (buyers: number): Concurrency => `c${buyers}`;

/** The highest rate of purchases that any number of buyers reached. */
export function capacityOf(purchase: Results['purchase']): number {
  return Math.max(0, ...Object.values(purchase).map((result) => result.perSecond));
}

/** The median of each number over several runs; everything else is from the first run. */
export function medianOf(runs: readonly Results[]): Results {
  return merge(runs) as Results;
}

function merge(values: readonly unknown[]): unknown {
  const [first] = values;
  if (typeof first === 'number') return median(values.filter((value) => typeof value === 'number'));
  if (Array.isArray(first)) {
    const lists = values.filter((value): value is unknown[] => Array.isArray(value));
    const shortest = Math.min(...lists.map((list) => list.length));
    return Array.from({ length: shortest }, (_, i) => merge(lists.map((list) => list[i])));
  }
  if (isRecord(first)) {
    const records = values.filter(isRecord);
    return Object.fromEntries(
      Object.keys(first).map((key) => [key, merge(records.filter((each) => key in each).map((each) => each[key]))]),
    );
  }
  return first;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
