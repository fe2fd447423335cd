import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { forEachConcurrently } from './concurrency.js';
import { handlePages } from './paging.js';

describe('a list of which one element fails', () => {
  it('is handled to its end, and fails only then', async () => {
    const ended: number[] = [];
    const handled = forEachConcurrently([1, 2, 3], async (element) => {
      if (element === 1) throw new Error('one fails');
      await sleep(50);
      ended.push(element);
    });
    await expect(handled).rejects.toThrow('one fails');
    expect(ended).toEqual([2, 3]);
  });

  it('is handled with all of its pages', async () => {
    const list = ['a', 'b', 'c', 'd', 'e'];
    const ended: string[] = [];
    const handled = handlePages({
      limit: 2,
      read: async ({ after, limit }) => list.filter((element) => after === null || element > after).slice(0, limit),
      cursorOf: (last) => last,
      async handle(element) {
        if (element === 'a') throw new Error('one fails');
        ended.push(element);
        return true;
      },
    });
    await expect(handled).rejects.toThrow('one fails');
    expect(ended).toEqual(['b', 'c', 'd', 'e']);
  });
});
