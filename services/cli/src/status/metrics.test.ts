import { describe, expect, it } from 'vitest';
import { largestOf } from './metrics.js';

const TEXT = `# TYPE age_seconds gauge
age_seconds{queue="a"} 0.25
age_seconds{queue="b"} 12
age_seconds_total{queue="c"} 99
`;

describe('the largest value of a metric', () => {
  it('is found over all of its labels, and of no other metric', () => {
    expect(largestOf(TEXT, 'age_seconds')).toBe(12);
  });

  it('of a metric that is not there is a failure, and not 0', () => {
    expect(() => largestOf(TEXT, 'age')).toThrow('no metric age');
  });
});
