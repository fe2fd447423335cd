import { liveHeapOf } from '../measuring/heap.js';
import { cpuOf, difference, memoryOf } from '../measuring/processes.js';
import type { BenchHarness } from '../bench-harness.js';
import { generateSale, measuredSale, purchaseLoad, type SaleDetails } from './measured-sale.js';

const PARTS = 10;
/** Readings of the processes during a step; fewer if the step reaches its time limit. */
const MARKS = 100;

/** A tenth of the purchases of a growth step. */
interface GrowthPart {
  readonly upTo: number;
  readonly perSecond: number;
  readonly cpuMsPerPurchase: Readonly<Record<string, number>>;
  /** At the end of the part, in MB. */
  readonly memoryMb: Readonly<Record<string, number>>;
}

/** Many purchases in a row, to compare the cost of the last with the cost of the first. */
export interface Growth extends SaleDetails {
  readonly events: number;
  readonly parts: readonly GrowthPart[];
  /**
   * CPU time per purchase of the last part divided by that of the first, without load generator and payment simulator.
   */
  readonly lastOverFirst: number;
  /** Live heap of each service before and afterwards, in MB. */
  readonly liveHeapMb: {
    readonly before: Readonly<Record<string, number>>;
    readonly after: Readonly<Record<string, number>>;
  };
}

/** Sells up to `purchases` tickets, evenly over `events` events. */
export async function measureGrowth(
  harness: BenchHarness,
  o: { readonly events: number; readonly purchases: number; readonly buyers: number; readonly limitMs: number },
): Promise<Growth> {
  const eventIds = await harness.createEvents(o.events, 1_000_000 / o.events);
  const markEvery = o.purchases / MARKS;
  const marks: Mark[] = [];
  const onMark = (ended: unknown): void => {
    const [atMs, cpuMs, memoryMb] = [performance.now(), cpuOf(harness.processes), memoryOf(harness.processes)];
    marks.push({ ended: Number(ended), atMs, cpuMs, memoryMb });
  };
  const profile = { kind: 'counted', buyers: o.buyers, total: o.purchases, markEvery, limitMs: o.limitMs } as const;
  const load = purchaseLoad(harness, { eventIds, profile });
  const liveHeap = () => liveHeapOf(harness.processes, harness.bench.stack.dir);
  const before = await liveHeap();
  const { details } = await measuredSale(harness, eventIds, () => generateSale(harness, load, onMark));
  const liveHeapMb = { before, after: await liveHeap() };
  const parts = partsOf(marks);
  return {
    ...details,
    events: o.events,
    parts,
    lastOverFirst: cpuOfSystem(parts.at(-1)) / cpuOfSystem(parts[0]),
    liveHeapMb,
  };
}

interface Mark {
  readonly ended: number;
  readonly atMs: number;
  readonly cpuMs: Record<string, number>;
  readonly memoryMb: Record<string, number>;
}

/** Ten parts with the same number of purchases. */
function partsOf(marks: readonly Mark[]): GrowthPart[] {
  const perPart = Math.max(1, Math.floor((marks.length - 1) / PARTS));
  const ends = marks.filter((_, i) => i % perPart === 0);
  return ends.slice(1).map((mark, i): GrowthPart => {
    const before = ends[i] ?? mark;
    const count = mark.ended - before.ended;
    const cpuMs = Object.entries(difference(mark.cpuMs, before.cpuMs));
    return {
      upTo: mark.ended,
      perSecond: (count * 1_000) / (mark.atMs - before.atMs),
      cpuMsPerPurchase: Object.fromEntries(cpuMs.map(([name, ms]) => [name, ms / count])),
      memoryMb: mark.memoryMb,
    };
  });
}

/** The load generator and the payment simulator are not part of the system under test. */
const NOT_UNDER_TEST: ReadonlySet<string> = new Set(['loadGenerator', 'paymentSimulator']);

function cpuOfSystem(part: GrowthPart | undefined): number {
  return Object.entries(part?.cpuMsPerPurchase ?? {}).reduce(
    (sum, [name, ms]) => sum + (NOT_UNDER_TEST.has(name) ? 0 : ms),
    0,
  );
}
