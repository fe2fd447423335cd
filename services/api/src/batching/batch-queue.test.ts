import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { START_MS, STARTED, limits, numbered, open, pass, raced, useFakeTime } from './testing/simulated-starts.js';

beforeEach(() => {
  useFakeTime();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the queue', () => {
  it('stops while too many purchases are open, and continues as they end', async () => {
    const { buy, sent, end } = open({ limits: { maxOpenPurchases: 1, maxInFlightMs: 10 } });
    void buy('first');
    await pass(START_MS + 20);
    void buy('second');
    await pass(1_000);
    expect(sent).toHaveLength(1);
    end('first');
    await pass(100);
    expect(sent).toHaveLength(2);
  });

  it('answers an order that waited too long that nothing was started, and nothing is', async () => {
    const { buy, sent, starter, end } = open({ limits: { maxOpenPurchases: 1 } });
    void buy('first');
    await pass(1);
    const late = buy('late');
    await pass(limits.maxQueuedMs + 100);
    expect(await late).toMatchObject({ kind: 'not_started', retryAfterS: 1 });
    end('first');
    await pass(1_000);
    expect([sent, starter.waiting()]).toEqual([[['first']], 0]);
  });

  it('refuses at once what it has no room for', async () => {
    const { buy, starter } = open({ limits: { maxOpenPurchases: 1, maxQueued: 3 } });
    void buy('first');
    await pass(1);
    for (const id of ['a', 'b', 'c']) void buy(id);
    expect(await raced(buy('d'))).toMatchObject({ kind: 'not_started', retryAfterS: 1 });
    expect(starter.waiting()).toBe(3);
  });

  it('empties itself when no request waits for outcomes any more, as in a shutdown', async () => {
    const { buy, sent, end } = open();
    void buy('first');
    await pass(1);
    const replies = numbered('p', 80).map((id) => buy(id));
    end('first', ...numbered('p', 80));
    await pass(START_MS);
    expect(await Promise.all(replies)).toEqual(replies.map(() => STARTED));
    expect(sent.map((batch) => batch.length)).toEqual([1, 50, 30]);
  });

  it('is refused as a whole when the process ends, and takes nothing more', async () => {
    const { buy, sent, starter } = open();
    void buy('first');
    await pass(1);
    const waiting = buy('waiting');
    starter.close();
    expect(await waiting).toMatchObject({ kind: 'not_started' });
    expect(await buy('later')).toMatchObject({ kind: 'not_started' });
    await pass(1_000);
    expect(sent).toEqual([['first']]);
  });
});
