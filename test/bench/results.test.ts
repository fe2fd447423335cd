import { describe, expect, it } from 'vitest';
import { medianOf, type Results } from './results.js';

/** A result with the parts that are used here. */
const run = (noop: number, parts: number[], lua?: number): Results =>
  ({
    about: { commit: `at ${noop}` },
    baselines: { noop: { c60: { perSecond: noop } }, ...(lua !== undefined && { lua: { perSecond: lua } }) },
    growth: { oneEvent: { parts: parts.map((perSecond) => ({ perSecond })) } },
  }) as unknown as Results;

describe('medianOf', () => {
  it('takes the median of each figure separately, and everything else from the first run', () => {
    const merged = medianOf([run(80, [3, 1]), run(100, [1, 2]), run(90, [2, 9])]);
    expect(merged).toEqual({ ...run(90, [2, 2]), about: { commit: 'at 80' } });
  });

  it('takes a figure that only some runs measured from those', () => {
    expect(medianOf([run(80, [], 10), run(90, []), run(100, [], 20)]).baselines.lua?.perSecond).toBe(15);
  });

  it('shortens lists to the length that all runs have', () => {
    expect(medianOf([run(1, [5, 6, 7]), run(1, [7, 8])]).growth?.oneEvent.parts).toHaveLength(2);
  });
});
