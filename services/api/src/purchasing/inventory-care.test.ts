import type { LookOutcome } from '@box-office/inventory';
import { describe, expect, it } from 'vitest';
import { logger } from '../testing/gateway.js';
import { createInventoryCare } from './inventory-care.js';

const outcome = (generation: number): LookOutcome => ({ kind: 'unavailable', cause: 'missing', generation });

/** Looks that end when the test says so; each tells its number. */
function looks() {
  const underWay: (() => void)[] = [];
  let begun = 0;
  return {
    look: () =>
      new Promise<LookOutcome>((resolve) => {
        const number = ++begun;
        underWay.push(() => resolve(outcome(number)));
      }),
    end: () => underWay.shift()?.(),
    begun: () => begun,
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('looks at an inventory', () => {
  it('are shared by those who ask before it begins, and never joined once it has begun', async () => {
    const { look, end, begun } = looks();
    const care = createInventoryCare({ look, restore: async () => undefined, logger });
    const first = [care.look('1'), care.look('1')];
    await turn();
    const second = [care.look('1'), care.look('1'), care.look('1')];
    await turn();
    expect(begun()).toBe(1);
    end();
    expect(await Promise.all(first)).toEqual([outcome(1), outcome(1)]);
    await turn();
    end();
    expect(await Promise.all(second)).toEqual([outcome(2), outcome(2), outcome(2)]);
    expect(begun()).toBe(2);
  });

  it('go on after one failed', async () => {
    let fails = true;
    const care = createInventoryCare({
      look: async () => (fails ? Promise.reject(new Error('away')) : outcome(1)),
      restore: async () => undefined,
      logger,
    });
    await expect(care.look('1')).rejects.toThrow('away');
    fails = false;
    expect(await care.look('1')).toEqual(outcome(1));
  });
});

describe('restoring an inventory', () => {
  it('happens once for all who need it, a few events at a time, and a failure harms nobody', async () => {
    const restored: string[] = [];
    const care = createInventoryCare({
      look: async () => outcome(1),
      restore: async (eventId) => {
        restored.push(eventId);
        throw new Error('away');
      },
      logger,
    });
    for (const eventId of ['1', '1', '2', '3', '4', '5', '1']) care.restore(eventId);
    await turn();
    expect(restored).toEqual(['1', '2', '3', '4']);
  });
});
