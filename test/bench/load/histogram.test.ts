import { describe, expect, it } from 'vitest';
import { createHistogram } from './histogram.js';

describe('createHistogram', () => {
  it('gives every percentile to within one percent, never too low', () => {
    const histogram = createHistogram();
    const values = Array.from({ length: 20_000 }, (_, i) => 0.05 * 1.0006 ** i);
    for (const value of values) histogram.record(value);
    for (const share of [0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = values[Math.ceil(share * values.length) - 1] ?? 0;
      const measured = histogram.percentileMs(share);
      expect(measured).toBeGreaterThanOrEqual(exact - 0.001);
      expect(measured).toBeLessThanOrEqual(exact * 1.01 + 0.001);
    }
  });

  it('keeps the slowest value exactly, however large it is', () => {
    const histogram = createHistogram();
    histogram.record(1);
    histogram.record(3_600_000);
    expect(histogram.latency().maxMs).toBe(3_600_000);
    expect(histogram.count).toBe(2);
  });

  it('is zero if nothing was recorded', () => {
    expect(createHistogram().latency()).toEqual({ p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0, meanMs: 0 });
  });
});
