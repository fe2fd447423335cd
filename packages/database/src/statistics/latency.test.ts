import { describe, expect, it } from 'vitest';
import { latencyClass, latencyQuantile } from './latency.js';

describe('latencyClass', () => {
  it('is never below the latency, and less than a third above it', () => {
    for (let ms = 10; ms < 10_000; ms += 7) {
      expect(latencyClass(ms)).toBeGreaterThanOrEqual(ms);
      expect(latencyClass(ms)).toBeLessThan(ms * 1.34);
    }
  });

  it('has a place for the shortest and the longest', () => {
    expect(latencyClass(0)).toBe(10);
    expect(latencyClass(86_400_000)).toBe(3_600_000);
  });
});

describe('latencyQuantile', () => {
  it('is the class that so many did not pass', () => {
    const classes = [
      { atMostMs: 10, purchases: 49 },
      { atMostMs: 20, purchases: 46 },
      { atMostMs: 500, purchases: 5 },
    ];
    expect(latencyQuantile(classes, 0.49)).toBe(10);
    expect(latencyQuantile(classes, 0.5)).toBe(20);
    expect(latencyQuantile(classes, 0.95)).toBe(20);
    expect(latencyQuantile(classes, 0.96)).toBe(500);
    expect(latencyQuantile([], 0.5)).toBeNull();
  });
});
