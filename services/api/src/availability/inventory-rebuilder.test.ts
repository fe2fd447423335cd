import type { AvailabilityOutcome } from '@box-office/inventory';
import { describe, expect, it } from 'vitest';
import { logger } from '../testing/gateway.js';
import { createInventoryRebuilder } from './inventory-rebuilder.js';

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
    const rebuilder = createInventoryRebuilder({ count, rebuild: async () => undefined, logger });
    const first = [rebuilder.count('1'), rebuilder.count('1')];
    await turn();
    const second = [rebuilder.count('1'), rebuilder.count('1'), rebuilder.count('1')];
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
    const rebuilder = createInventoryRebuilder({
      count: async () => (fails ? Promise.reject(new Error('unavailable')) : outcome(1)),
      rebuild: async () => undefined,
      logger,
    });
    await expect(rebuilder.count('1')).rejects.toThrow('unavailable');
    fails = false;
    expect(await rebuilder.count('1')).toEqual(outcome(1));
  });
});

describe('rebuilding an inventory', () => {
  it('happens once for all requests that need it, a few events at a time, and survives a failure', async () => {
    const rebuilt: string[] = [];
    const rebuilder = createInventoryRebuilder({
      count: async () => outcome(1),
      rebuild: async (eventId) => {
        rebuilt.push(eventId);
        throw new Error('unavailable');
      },
      logger,
    });
    for (const eventId of ['1', '1', '2', '3', '4', '5', '1']) rebuilder.rebuild(eventId);
    await turn();
    expect(rebuilt).toEqual(['1', '2', '3', '4']);
  });
});
