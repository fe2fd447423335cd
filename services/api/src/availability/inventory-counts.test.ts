import type { AvailabilityOutcome } from '@box-office/inventory';
import { describe, expect, it } from 'vitest';
import { createInventoryCounts } from './inventory-counts.js';

const outcome = (generation: number): AvailabilityOutcome => ({ kind: 'unavailable', cause: 'missing', generation });

/** Counts that end when the test says so; each returns its number. */
function counts() {
  const running: (() => void)[] = [];
  let begun = 0;
  return {
    count: () =>
      new Promise<AvailabilityOutcome>((resolve) => {
        const number = ++begun;
        running.push(() => resolve(outcome(number)));
      }),
    end: () => running.shift()?.(),
    begun: () => begun,
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('counts of an inventory', () => {
  it('are shared by the requests that come before it begins, and not joined once it has begun', async () => {
    const { count, end, begun } = counts();
    const inventory = createInventoryCounts({ readAvailability: count });
    const first = [inventory.count('1'), inventory.count('1')];
    await turn();
    const second = [inventory.count('1'), inventory.count('1'), inventory.count('1')];
    await turn();
    expect(begun()).toBe(1);
    end();
    expect(await Promise.all(first)).toEqual([outcome(1), outcome(1)]);
    await turn();
    end();
    expect(await Promise.all(second)).toEqual([outcome(2), outcome(2), outcome(2)]);
    expect(begun()).toBe(2);
  });

  it('continue after one failed', async () => {
    let fails = true;
    const inventory = createInventoryCounts({
      readAvailability: async () => (fails ? Promise.reject(new Error('unavailable')) : outcome(1)),
    });
    await expect(inventory.count('1')).rejects.toThrow('unavailable');
    fails = false;
    expect(await inventory.count('1')).toEqual(outcome(1));
  });
});
