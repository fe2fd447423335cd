import type { DirectBaseline } from '../steps/direct-baseline.js';
import { median } from '../measuring/median.js';
import { at, type Concurrency, type Results } from '../results.js';

/** One comparison within a run, with its required bound. */
export interface Ratio {
  readonly what: string;
  readonly measured: string;
  readonly ratio: number;
  readonly wanted: { readonly bound: 'at least' | 'at most'; readonly value: number };
}

export const holds = ({ ratio, wanted }: Ratio): boolean =>
  wanted.bound === 'at least' ? ratio >= wanted.value : ratio <= wanted.value;

/** The faster of the two variants of direct calls. */
export const bestDirect = ({ single, batched }: DirectBaseline): number =>
  Math.max(single.perSecond, batched.perSecond);

/** Closed loops: how many times as many purchases as no-op workflows are wanted. */
const OVER_NOOP = [
  [8, 4],
  [60, 10],
  [400, 15],
] as const;

/** Of all processes of the system under test. */
const cpuOf = ({ loadGenerator: _, ...processes }: Readonly<Record<string, number>>): number =>
  Object.values(processes).reduce((sum, ms) => sum + ms, 0);

/** The comparisons whose figures a run has measured. */
export function ratiosOf({
  baselines,
  purchase,
  openLoop,
  slowProvider,
  soldOut,
  pages,
  doors,
  growth,
}: Results): Ratio[] {
  const [c1, noop1] = [purchase[at(1)], baselines.noop[at(1)]];
  const [c400, direct400] = [purchase[at(400)], baselines.direct[at(400)]];
  const ratios: (Ratio | undefined)[] = [
    c1 && noop1 && atMost(0.55, 'lone buyer: p50 ÷ that of a lone no-op workflow', c1.p50Ms, noop1.p50Ms, 'ms'),
    c1 &&
      noop1 &&
      atMost(
        1.5,
        'lone buyer: CPU ÷ that of a lone no-op workflow',
        cpuOf(c1.cpuMsPerPurchase),
        cpuOf(noop1.cpuMsPerWorkflow),
        'ms',
      ),
    ...OVER_NOOP.map(([buyers, bound]) => {
      const [ours, noop] = [purchase[at(buyers)], baselines.noop[at(buyers)]];
      const what = `${buyers} buyers: purchases ÷ bare no-op workflows`;
      return ours && noop && atLeast(bound, what, ours.perSecond, noop.perSecond, '/s');
    }),
    c400 &&
      direct400 &&
      atLeast(0.75, '400 buyers: purchases ÷ direct calls', c400.perSecond, bestDirect(direct400), '/s'),
    direct400 &&
      atLeast(
        0.5,
        'direct calls for one purchase ÷ for batches',
        direct400.single.perSecond,
        direct400.batched.perSecond,
        '/s',
      ),
    ...openLoopRatios(openLoop, c1),
    slowProvider &&
      c1 &&
      atMost(
        1,
        'provider of 200 ms, 60 buyers: p50 ÷ (its calls + 3 × a lone buyer’s p50)',
        slowProvider.p50Ms,
        slowProvider.delayMs * slowProvider.callsInSequence + 3 * c1.p50Ms,
        'ms',
      ),
    soldOut &&
      baselines.middleware &&
      atLeast(
        0.6,
        '“sold out” ÷ the same middleware with a constant answer',
        soldOut.perSecond,
        baselines.middleware.perSecond,
        '/s',
      ),
    soldOut &&
      atMost(
        1.3,
        'half the capacity beside a sold-out load: p99 ÷ without it',
        soldOut.beside.withSoldOutLoad.p99Ms,
        soldOut.beside.alone.p99Ms,
        'ms',
      ),
    ...pageRatios(pages, doors),
    ...growthRatios(growth),
    ...auditLags(purchase, openLoop),
  ];
  return ratios.filter((ratio) => ratio !== undefined);
}

/** For each comparison, the median of the ratios within the runs. */
export function medianRatios(runs: readonly (readonly Ratio[])[]): Ratio[] {
  const [first = []] = runs;
  return first.map((ratio) => {
    const found = runs.flatMap((run) => run.find(({ what }) => what === ratio.what)?.ratio ?? []);
    return { ...ratio, ratio: median(found), measured: found.map((value) => value.toPrecision(3)).join(' ') };
  });
}

function openLoopRatios(
  openLoop: Results['openLoop'],
  lone: Results['purchase'][Concurrency] | undefined,
): (Ratio | undefined)[] {
  if (!openLoop) return [];
  const { half, nineTenths, capacityPerSecond, openCapacityPerSecond } = openLoop;
  return [
    lone && atMost(4, 'half the capacity, open loop: p99 ÷ a lone buyer’s p50', half.p99Ms, lone.p50Ms, 'ms'),
    atMost(1, 'nine tenths of the open capacity: p99 in seconds', nineTenths.p99Ms, 1_000, 'ms'),
    atLeast(0.8, 'open capacity ÷ closed', openCapacityPerSecond, capacityPerSecond, '/s'),
  ];
}

function growthRatios(growth: Results['growth']): (Ratio | undefined)[] {
  return [
    growth &&
      atMost(1.1, 'one event: CPU per purchase, last tenth ÷ first tenth', growth.oneEvent.lastOverFirst, 1, ''),
    growth &&
      atMost(
        1.1,
        '1,000 events: CPU per purchase, last tenth ÷ first tenth',
        growth.thousandEvents.lastOverFirst,
        1,
        '',
      ),
  ];
}

function pageRatios(pages: Results['pages'], doors: Results['doors']): (Ratio | undefined)[] {
  return [
    pages && atMost(1, 'first byte of an event’s page at 200/s: p99 ÷ 50 ms', pages.firstByte.p99Ms, 50, 'ms'),
    pages && atMost(1, 'first visit without pictures ÷ 60 kB', pages.visit.bytes / 1_000, 60, 'kB'),
    pages &&
      atMost(
        1.1,
        '1,000 live pages: CPU per purchase ÷ without them',
        pages.live.cpuMsBeside,
        pages.live.cpuMsWithout,
        'ms',
      ),
    doors && atMost(1, '50 scans/s at eight doors: p99 ÷ 50 ms', doors.p99Ms, 50, 'ms'),
  ];
}

function auditLags(purchase: Results['purchase'], openLoop: Results['openLoop']): Ratio[] {
  const [fastest] = Object.values(purchase).toSorted((a, b) => b.perSecond - a.perSecond);
  const lags = [
    fastest && ([1, 'audit lag at the full rate: p99 in seconds', fastest.auditLag] as const),
    openLoop && ([0.5, 'audit lag at nine tenths, open loop: p99 in seconds', openLoop.nineTenths.auditLag] as const),
  ];
  return lags.flatMap((lag) => (lag ? [atMost(lag[0], lag[1], lag[2].confirmedToAppliedP99Ms, 1_000, 'ms')] : []));
}

type Compare = (bound: number, what: string, measured: number, baseline: number, unit: string) => Ratio;

const compare =
  (bound: Ratio['wanted']['bound']): Compare =>
  (value, what, measured, baseline, unit) => ({
    what,
    measured: unit === '' ? '' : `${round(measured)} / ${round(baseline)} ${unit}`,
    ratio: measured / baseline,
    wanted: { bound, value },
  });

const atLeast = compare('at least');
const atMost = compare('at most');

const round = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
