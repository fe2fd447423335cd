import { expect, it } from 'vitest';
import { createRandom } from './random.js';

const draws = (seed: string): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: 50 }, () => random.int(0, 1_000_000));
};

it('the same seed gives the same numbers, and another seed gives others', () => {
  expect(draws('7')).toEqual(draws('7'));
  expect(draws('7')).not.toEqual(draws('8'));
  const [fork, again] = [createRandom('7'), createRandom('7')];
  fork.int(0, 10);
  expect(fork.fork('a').int(0, 1_000_000)).toBe(again.fork('a').int(0, 1_000_000));
});

it('draws stay within their bounds and follow their weights', () => {
  const random = createRandom('bounds');
  const rolls = Array.from({ length: 6_000 }, () => random.int(1, 6));
  for (const face of [1, 2, 3, 4, 5, 6]) {
    expect(rolls.filter((roll) => roll === face).length / 1_000).toBeCloseTo(1, 0);
  }
  const picked = Array.from({ length: 4_000 }, () =>
    random.weighted([
      { weight: 3, name: 'a' },
      { weight: 1, name: 'b' },
    ]),
  );
  expect(picked.filter(({ name }) => name === 'a').length / 4_000).toBeCloseTo(0.75, 1);
  const gaps = Array.from({ length: 4_000 }, () => random.gapMs(20));
  expect(gaps.reduce((sum, gap) => sum + gap, 0) / 4_000 / 50).toBeCloseTo(1, 0);
  expect(random.shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
});
