import { describe, expect, it } from 'vitest';
import { medianOf, type Results } from './results.js';

/** The parts of a result that matter here. */
const run = (noop: number, parts: number[], lua?: number): Results =>
  ({
    about: { commit: `at ${noop}` },
    baselines: { noop: { c60: { perSecond: noop } }, ...(lua !== undefined && { lua: { perSecond: lua } }) },
    growth: { oneEvent: { parts: parts.map((perSecond) => ({ perSecond })) } },
  }) as unknown as Results;

describe('medianOf', () => {
  it('takes the median of each figure on its own, and what is no figure from the first run', () => {
    const merged = medianOf([run(80, [3, 1]), run(100, [1, 2]), run(90, [2, 9])]);
    expect(merged).toEqual({ ...run(90, [2, 2]), about: { commit: 'at 80' } });
  });

  it('takes what only some runs measured from those', () => {
    expect(medianOf([run(80, [], 10), run(90, []), run(100, [], 20)]).baselines.lua?.perSecond).toBe(15);
  });

  it('compares runs of different length over the length that all have', () => {
    expect(medianOf([run(1, [5, 6, 7]), run(1, [7, 8])]).growth?.oneEvent.parts).toHaveLength(2);
  });
});
