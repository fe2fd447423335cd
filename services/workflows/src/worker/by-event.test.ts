import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { byEvent, byEventApart } from './by-event.js';

const LIST = ['a', 'b', 'a', 'c'].map((eventId, place) => ({ eventId, place }));

const named = async (eventId: string, ofEvent: readonly { readonly place: number }[]): Promise<string[]> =>
  ofEvent.map(({ place }) => `${eventId}${place}`);

describe('a list that is handled by event', () => {
  it('has its results in its own order', async () => {
    expect(await byEvent(LIST, named)).toEqual(['a0', 'b1', 'a2', 'c3']);
    const report = vi.fn();
    expect(await byEventApart(LIST, report, named)).toEqual(['a0', 'b1', 'a2', 'c3']);
    expect(report).not.toHaveBeenCalled();
  });

  it('fails with any of its events', async () => {
    await expect(byEvent(LIST, failing('b'))).rejects.toThrow('b is locked');
  });
});

describe('a list whose events are handled apart', () => {
  it('has the results of the others where one event fails, and says why', async () => {
    const report = vi.fn();
    const results = await byEventApart(LIST, report, failing('a'));
    expect(results).toEqual([undefined, 'b1', undefined, 'c3']);
    expect(report.mock.calls).toEqual([['a', new Error('a is locked')]]);
  });

  it('does not wait for one event much longer than for another, and keeps the results that it has given', async () => {
    const report = vi.fn();
    let release = (): void => undefined;
    const locked = new Promise<void>((resolve) => (release = resolve));
    const givenUp: AbortSignal[] = [];
    const results = await byEventApart(LIST, report, async (eventId, ofEvent, signal) => {
      if (eventId === 'b') {
        givenUp.push(signal);
        await locked;
      }
      return named(eventId, ofEvent);
    });
    expect(results).toEqual(['a0', undefined, 'a2', 'c3']);
    expect(givenUp.map(({ aborted }) => aborted)).toEqual([true]);
    release();
    await vi.waitFor(() => expect(report).toHaveBeenCalledOnce());
    expect(results).toEqual(['a0', undefined, 'a2', 'c3']);
  });

  it('tells every call when its results are no longer awaited', async () => {
    const over = new AbortController();
    const givenUp: AbortSignal[] = [];
    const results = byEventApart(
      LIST,
      vi.fn(),
      (_eventId, _ofEvent, signal) => {
        givenUp.push(signal);
        return new Promise<string[]>(() => undefined);
      },
      over.signal,
    );
    over.abort();
    expect(await results).toEqual([undefined, undefined, undefined, undefined]);
    expect(givenUp.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  it('waits for no call once its results were given up before', async () => {
    const never = (): Promise<string[]> => new Promise(() => undefined);
    expect(await byEventApart(LIST, vi.fn(), never, AbortSignal.abort())).toEqual(LIST.map(() => undefined));
  });

  it('leaves no listener behind', async () => {
    const signals: AbortSignal[] = [];
    await byEventApart(
      LIST,
      vi.fn(),
      (eventId, ofEvent, signal) => {
        signals.push(signal);
        return named(eventId, ofEvent);
      },
      new AbortController().signal,
    );
    expect(signals.map((signal) => getEventListeners(signal, 'abort').length)).toEqual([0, 0, 0]);
  });

  it('waits for all as long as none has succeeded', async () => {
    const report = vi.fn();
    const results = await byEventApart(LIST, report, async (eventId, ofEvent) => {
      await sleep(eventId === 'a' ? 400 : 300);
      return named(eventId, ofEvent);
    });
    expect(results).toEqual(['a0', 'b1', 'a2', 'c3']);
  });
});

function failing(event: string): typeof named {
  return (eventId, ofEvent) =>
    eventId === event ? Promise.reject(new Error(`${event} is locked`)) : named(eventId, ofEvent);
}
