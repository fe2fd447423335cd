import type { DirectBaseline } from '../steps/direct-baseline.js';
import { at, median, type Results } from '../results.js';

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

/** The comparisons whose figures a run has measured. */
export function ratiosOf({ baselines, purchase, openLoop, slowProvider, soldOut, growth }: Results): Ratio[] {
  const [c1, c60, c400] = [purchase[at(1)], purchase[at(60)], purchase[at(400)]];
  const [noop1, noop60, noop400] = [baselines.noop[at(1)], baselines.noop[at(60)], baselines.noop[at(400)]];
  const direct400 = baselines.direct[at(400)];
  const ratios: (Ratio | undefined)[] = [
    c60 && noop60 && atLeast(6, '60 buyers: purchases ÷ bare no-op workflows', c60.perSecond, noop60.perSecond, '/s'),
    c400 &&
      noop400 &&
      atLeast(10, '400 buyers: purchases ÷ bare no-op workflows', c400.perSecond, noop400.perSecond, '/s'),
    c400 &&
      direct400 &&
      atLeast(0.35, '400 buyers: purchases ÷ direct calls', c400.perSecond, bestDirect(direct400), '/s'),
    c1 && noop1 && atMost(2, 'lone buyer: p50 ÷ that of a lone no-op workflow', c1.p50Ms, noop1.p50Ms, 'ms'),
    openLoop &&
      c1 &&
      atMost(5, 'half the capacity, open loop: p99 ÷ a lone buyer’s p50', openLoop.half.p99Ms, c1.p50Ms, 'ms'),
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
        1.5,
        'half the capacity beside a sold-out load: p99 ÷ without it',
        soldOut.beside.withSoldOutLoad.p99Ms,
        soldOut.beside.alone.p99Ms,
        'ms',
      ),
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

function auditLags(purchase: Results['purchase'], openLoop: Results['openLoop']): Ratio[] {
  const [fastest] = Object.values(purchase).toSorted((a, b) => b.perSecond - a.perSecond);
  const lags = [
    fastest && (['audit lag at the full rate: p99 in seconds', fastest.auditLag] as const),
    openLoop && (['audit lag at nine tenths, open loop: p99 in seconds', openLoop.nineTenths.auditLag] as const),
  ];
  return lags.flatMap((lag) => (lag ? [atMost(1, lag[0], lag[1].confirmedToAppliedP99Ms, 1_000, 'ms')] : []));
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
