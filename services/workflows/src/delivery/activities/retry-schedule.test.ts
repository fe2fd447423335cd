import { expect, it } from 'vitest';
import { RETRY_DELAYS_MS, retryInMs } from './retry-schedule.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

it('attempts end after about three days', () => {
  const totalMs = RETRY_DELAYS_MS.reduce((sum, delay) => sum + delay, 0);
  expect(totalMs / DAY_MS).toBeGreaterThan(2.9);
  expect(totalMs / DAY_MS).toBeLessThan(3.1);
  expect([...RETRY_DELAYS_MS].sort((a, b) => a - b)).toEqual(RETRY_DELAYS_MS);
  expect(retryInMs(RETRY_DELAYS_MS, RETRY_DELAYS_MS.length + 1, 0.5)).toBeNull();
});

it('each delay varies by a fifth', () => {
  expect([0, 0.5, 1].map((random) => retryInMs([1_000], 1, random))).toEqual([800, 1_000, 1_200]);
});
