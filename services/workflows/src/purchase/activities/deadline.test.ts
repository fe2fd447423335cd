import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { openDeadline } from './deadline.js';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;
const never = new Promise<never>(() => undefined);

describe('a deadline', () => {
  it('ends at its time, whatever the garbage collector does meanwhile', async () => {
    const deadline = openDeadline(new AbortController().signal, 100);
    const waiting = expect(deadline.wait(never)).rejects.toThrow('not done within 100 ms');
    await sleep(20);
    collectGarbage();
    await waiting;
    expect(deadline.signal.aborted).toBe(true);
  });

  it('ends with the one around it, at once if that one is over', async () => {
    const outer = new AbortController();
    const deadline = openDeadline(outer.signal, 10_000);
    const waiting = expect(deadline.wait(never)).rejects.toThrow('given up');
    outer.abort(new Error('given up'));
    await waiting;
    await expect(openDeadline(outer.signal, 10_000).wait(never)).rejects.toThrow('given up');
  });

  it('leaves nothing behind once it is closed', async () => {
    const outer = new AbortController();
    const deadline = openDeadline(outer.signal, 10);
    expect(await deadline.wait(Promise.resolve('done'))).toBe('done');
    deadline.close();
    await sleep(30);
    expect(deadline.signal.aborted).toBe(false);
    expect(getEventListeners(outer.signal, 'abort')).toEqual([]);
  });
});
