import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inActivity } from '../testing/in-activity.js';
import { forEachConcurrently, throwFailures } from './concurrency.js';
import { handlePages } from './paging.js';

describe('a list of which one element fails', () => {
  it('is handled to its end, and says which one failed', async () => {
    const ended: number[] = [];
    const failed = await forEachConcurrently([1, 2, 3], async (element) => {
      if (element === 1) throw new Error('one fails');
      await sleep(50);
      ended.push(element);
    });
    expect(failed).toEqual([{ element: 1, error: new Error('one fails') }]);
    expect(ended).toEqual([2, 3]);
  });

  it('says how many failed', () => {
    const failed = ['first', 'second'].map((text) => ({ element: text, error: new Error(text) }));
    expect(() => throwFailures(failed)).toThrow('2 failed, the first: first');
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

it('no further page is read after as many failures as a page has elements', async () => {
  const begun: string[] = [];
  const handled = handlePages({
    limit: 2,
    read: async ({ after }) => (after === null ? ['a', 'b'] : ['c', 'd']),
    cursorOf: (last) => last,
    async handle(element) {
      begun.push(element);
      throw new Error('Temporal is unavailable');
    },
  });
  await expect(handled).rejects.toThrow('2 failed, the first: Temporal is unavailable');
  expect(begun).toEqual(['a', 'b']);
});

it('no further element is handled once the activity has timed out', async () => {
  const begun: number[] = [];
  const timeout = new AbortController();
  const list = Array.from({ length: 50 }, (_, n) => n);
  const handled = inActivity(
    () =>
      forEachConcurrently(list, async (element) => {
        begun.push(element);
        if (element === 9) timeout.abort(new Error('timed out'));
      }),
    { signal: timeout.signal },
  );
  await expect(handled).rejects.toThrow('timed out');
  expect(begun.length).toBeLessThan(20);
});
