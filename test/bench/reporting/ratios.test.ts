import { describe, expect, it } from 'vitest';
import type { Results } from '../results.js';
import { holds, medianRatios, ratiosOf } from './ratios.js';

const WHAT = '60 buyers: purchases ÷ bare no-op workflows';
const LAG = { confirmedToAppliedP99Ms: 300 };

const run = (purchases: number, noops: number): Results =>
  ({
    baselines: { noop: { c60: { perSecond: noops } }, direct: {} },
    purchase: { c60: { perSecond: purchases, auditLag: LAG } },
  }) as unknown as Results;

const find = (ratios: readonly ReturnType<typeof ratiosOf>[number][]) => ratios.find(({ what }) => what === WHAT);

describe('ratiosOf', () => {
  it('has only the comparisons whose figures the run measured', () => {
    expect(ratiosOf(run(900, 90)).map(({ what }) => what)).toEqual([
      WHAT,
      'audit lag at the full rate: p99 in seconds',
    ]);
  });

  it('meets a bound that is reached exactly', () => {
    const [exactly, below] = [find(ratiosOf(run(900, 90))), find(ratiosOf(run(899, 90)))];
    expect(exactly && holds(exactly)).toBe(true);
    expect(below && holds(below)).toBe(false);
  });
});

describe('medianRatios', () => {
  it('is the median of the ratios within each run, not the ratio of medians', () => {
    const runs = [run(600, 100), run(900, 90), run(400, 50)].map(ratiosOf);
    expect(find(medianRatios(runs))?.ratio).toBe(8);
  });
});
