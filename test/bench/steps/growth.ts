import { liveHeapOf } from '../measuring/heap.js';
import { cpuOf, difference, memoryOf } from '../measuring/processes.js';
import type { Harness } from '../harness.js';
import { generateSale, measuredSale, purchaseLoad, type SaleFacts } from './measured-sale.js';

const PARTS = 10;
/** Looks at the processes while a step goes on. One that is cut short by its limit has fewer. */
const MARKS = 100;

/** A tenth of the purchases of a growth step. */
interface GrowthPart {
  readonly upTo: number;
  readonly perSecond: number;
  readonly cpuMsPerPurchase: Readonly<Record<string, number>>;
  /** At its end, in MB. */
  readonly memoryMb: Readonly<Record<string, number>>;
}

/** Many purchases in a row: whether the ten thousandth costs what the first did. */
export interface Growth extends SaleFacts {
  readonly events: number;
  readonly parts: readonly GrowthPart[];
  /** CPU time per purchase of the last part over that of the first, without the load generator and the provider. */
  readonly lastOverFirst: number;
  /** What each service referred to before and afterwards, in MB. */
  readonly liveHeapMb: {
    readonly before: Readonly<Record<string, number>>;
    readonly after: Readonly<Record<string, number>>;
  };
}

/** Sells up to `purchases` tickets, evenly over so many events. */
export async function measureGrowth(
  harness: Harness,
  o: { readonly events: number; readonly purchases: number; readonly buyers: number; readonly limitMs: number },
): Promise<Growth> {
  const eventIds = await harness.createEvents(o.events, 1_000_000 / o.events);
  const markEvery = o.purchases / MARKS;
  const marks: Mark[] = [];
  const onMark = (ended: unknown): void => {
    const [atMs, cpuMs, memoryMb] = [performance.now(), cpuOf(harness.processes), memoryOf(harness.processes)];
    marks.push({ ended: Number(ended), atMs, cpuMs, memoryMb });
  };
  const pace = { kind: 'counted', buyers: o.buyers, total: o.purchases, markEvery, limitMs: o.limitMs } as const;
  const load = purchaseLoad(harness, { eventIds, pace });
  const liveHeap = () => liveHeapOf(harness.processes, harness.bench.stack.dir);
  const before = await liveHeap();
  const { facts } = await measuredSale(harness, eventIds, () => generateSale(harness, load, onMark));
  const liveHeapMb = { before, after: await liveHeap() };
  const parts = partsOf(marks);
  return { ...facts, events: o.events, parts, lastOverFirst: ourCpu(parts.at(-1)) / ourCpu(parts[0]), liveHeapMb };
}

interface Mark {
  readonly ended: number;
  readonly atMs: number;
  readonly cpuMs: Record<string, number>;
  readonly memoryMb: Record<string, number>;
}

/** Ten parts of as many purchases each. */
function partsOf(marks: readonly Mark[]): GrowthPart[] {
  const perPart = Math.max(1, Math.floor((marks.length - 1) / PARTS));
  const ends = marks.filter((_, i) => i % perPart === 0);
  return ends.slice(1).map((mark, i): GrowthPart => {
    const before = ends[i] ?? mark;
    const many = mark.ended - before.ended;
    const cpuMs = Object.entries(difference(mark.cpuMs, before.cpuMs));
    return {
      upTo: mark.ended,
      perSecond: (many * 1_000) / (mark.atMs - before.atMs),
      cpuMsPerPurchase: Object.fromEntries(cpuMs.map(([name, ms]) => [name, ms / many])),
      memoryMb: mark.memoryMb,
    };
  });
}

/** The bench's own work and the payment provider's are not the system's. */
const NOT_OURS: ReadonlySet<string> = new Set(['loadGenerator', 'paymentSimulator']);

function ourCpu(part: GrowthPart | undefined): number {
  return Object.entries(part?.cpuMsPerPurchase ?? {}).reduce(
    (sum, [name, ms]) => sum + (NOT_OURS.has(name) ? 0 : ms),
    0,
  );
}
