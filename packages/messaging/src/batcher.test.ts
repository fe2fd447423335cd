import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBatcher } from './batcher.js';

const WAIT_MS = 50;

/** A batcher whose batches take `tookMs` each. */
function open(tookMs = 10) {
  const batches: number[][] = [];
  const process = async (batch: readonly number[]): Promise<void> => {
    batches.push([...batch]);
    await new Promise((resolve) => setTimeout(resolve, tookMs));
  };
  return { batches, ...createBatcher<number>({ size: 3, waitMs: WAIT_MS, process }) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a batch', () => {
  it('begins when its first delivery has waited', async () => {
    const { batches, add } = open();
    add(1);
    await vi.advanceTimersByTimeAsync(WAIT_MS - 1);
    add(2);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1, 2]]);
  });

  it('begins at once when it is full, also after another one', async () => {
    const { batches, add } = open();
    for (const delivery of [1, 2, 3, 4, 5, 6]) add(delivery);
    expect(batches).toEqual([[1, 2, 3]]);
    await vi.advanceTimersByTimeAsync(10);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('that is not full waits again after the one before it', async () => {
    const { batches, add } = open();
    for (const delivery of [1, 2, 3, 4]) add(delivery);
    await vi.advanceTimersByTimeAsync(10 + WAIT_MS - 1);
    add(5);
    expect(batches).toEqual([[1, 2, 3]]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches.at(-1)).toEqual([4, 5]);
  });

  it('waits for no more deliveries when the consumer stops', async () => {
    const { batches, add, idle } = open();
    for (const delivery of [1, 2, 3, 4]) add(delivery);
    const stopped = idle();
    await vi.advanceTimersByTimeAsync(20);
    await stopped;
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });
});
