import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StartReply } from './purchase-starter.js';
import {
  IDLE_MS,
  LINGER_MS,
  START_MS,
  STARTED,
  limits,
  numbered,
  open,
  pass,
  raced,
  useFakeTime,
} from './testing/simulated-starts.js';

beforeEach(() => {
  useFakeTime();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a purchase is sent', () => {
  it('at once and alone when nothing is in flight', async () => {
    const { buy, sent, end } = open();
    for (const id of numbered('lone', 5)) {
      void buy(id);
      await pass(0);
      expect(sent.at(-1)).toEqual([id]);
      end(id);
      await pass(1);
    }
  });

  it('together with the orders of the same moment', async () => {
    const { buy, sent } = open();
    for (const id of numbered('p', 60)) void buy(id);
    await pass(0);
    expect(sent).toEqual([numbered('p', 60).slice(0, 50)]);
  });

  it('with the orders right after it, when no order has come for a moment', async () => {
    const { buy, sent } = open();
    void buy('first');
    await pass(1);
    void buy('second');
    await pass(IDLE_MS - 1);
    void buy('third');
    await pass(IDLE_MS - 1);
    expect(sent).toEqual([['first']]);
    await pass(1);
    expect(sent).toEqual([['first'], ['second', 'third']]);
  });

  it('without waiting for more when it has lingered for long, though orders keep coming', async () => {
    const { buy, sent } = open();
    void buy('first');
    await pass(1);
    for (let ms = 0; ms < LINGER_MS; ms++) {
      void buy(`p${ms}`);
      expect(sent).toHaveLength(1);
      await pass(1);
    }
    expect(sent[1]).toEqual(numbered('p', LINGER_MS));
  });

  it('at once while fewer batches are in flight than may be', async () => {
    const { buy, sent } = open({ limits: { maxInFlight: 2 } });
    for (const id of ['a', 'b', 'c']) {
      void buy(id);
      await pass(0);
    }
    expect(sent).toEqual([['a'], ['b']]);
  });

  it('as soon as a batch ends when as many as may be were in flight', async () => {
    const { buy, sent, end } = open();
    void buy('first');
    await pass(START_MS + 1);
    for (const id of ['a', 'b', 'c']) void buy(id);
    await pass(IDLE_MS / 2);
    expect(sent).toHaveLength(1);
    end('first');
    await pass(0);
    expect(sent[1]).toEqual(['a', 'b', 'c']);
  });

  it('at once when it is full, whatever is in flight', async () => {
    const { buy, sent } = open({ limits: { maxQueued: 200 } });
    void buy('first');
    await pass(0);
    for (const id of numbered('a', 49)) void buy(id);
    await pass(1);
    expect(sent).toHaveLength(1);
    for (const id of numbered('b', 52)) void buy(id);
    await pass(0);
    expect(sent.map((batch) => batch.length)).toEqual([1, 50, 50]);
    await pass(LINGER_MS);
    expect(sent.at(-1)).toEqual(['b51']);
  });

  it('without waiting for another’s payment: batches in flight make it linger only', async () => {
    const { buy, sent } = open();
    void buy('slow');
    await pass(START_MS + 1);
    void buy('quick');
    await pass(LINGER_MS);
    expect(sent).toEqual([['slow'], ['quick']]);
  });

  it('and its linger grows with the time that a start takes, up to its limit', async () => {
    let startMs = 1_000;
    const reply = (): Promise<StartReply> => new Promise((resolve) => setTimeout(() => resolve(STARTED), startMs));
    const { buy, sent, end } = open({ limits: { maxInFlightMs: 10_000, idleStarts: 100 }, reply });
    for (const id of numbered('busy', 20)) {
      void buy(id);
      await pass(startMs);
      end(id);
      await pass(0);
    }
    startMs = 5_000;
    void buy('in flight');
    await pass(0);
    void buy('waits');
    await pass(limits.maxLingerMs - 1);
    expect(sent.at(-1)).toEqual(['in flight']);
    await pass(1);
    expect(sent.at(-1)).toEqual(['waits']);
  });
});

describe('a batch is in flight', () => {
  it('until all of its purchases have ended, not less', async () => {
    const { buy, sent, end } = open({ limits: { idleStarts: 20, lingerStarts: 20 } });
    void buy('a');
    void buy('b');
    await pass(START_MS + 1);
    end('a');
    void buy('next');
    await pass(LINGER_MS);
    expect(sent).toHaveLength(1);
    end('b');
    await pass(0);
    expect(sent).toEqual([['a', 'b'], ['next']]);
  });

  it('for a limited time even if one of its purchases takes minutes', async () => {
    const { buy, sent } = open();
    void buy('slow');
    await pass(limits.maxInFlightMs);
    void buy('later');
    await pass(0);
    expect(sent).toEqual([['slow'], ['later']]);
  });

  it('as long as it takes, where several batches are slow: the machine is busy, and batches become large', async () => {
    const { buy, sent, end } = open({ limits: { idleStarts: 100 } });
    const slow = numbered('slow', limits.maxSlow);
    for (const id of slow) {
      void buy(id);
      await pass(limits.maxInFlightMs);
    }
    for (const id of ['a', 'b', 'c']) {
      void buy(id);
      await pass(LINGER_MS / 3);
    }
    expect(sent.slice(slow.length)).toEqual([['a', 'b', 'c']]);
    end('slow0', 'a', 'b', 'c');
    await pass(0);
    void buy('later');
    await pass(0);
    expect(sent.at(-1)).toEqual(['later']);
  });

  it('and ends once, even if it could not be started', async () => {
    const reply = async (): Promise<StartReply> => ({ kind: 'not_started', cause: 'not_taken', retryAfterS: 2 });
    const { buy, sent, end } = open({ reply });
    for (const id of numbered('p', 3)) {
      expect(await raced(buy(id))).toMatchObject({ kind: 'not_started', retryAfterS: 2 });
      // As the gateway does: no request waits for its outcome.
      end(id);
      await pass(limits.maxInFlightMs);
    }
    expect(sent).toEqual([['p0'], ['p1'], ['p2']]);
  });
});

describe('one purchase that comes twice', () => {
  it('is in a batch once, and both are answered', async () => {
    const { buy, sent } = open();
    const both = [buy('same'), buy('same')];
    await pass(START_MS);
    expect(await Promise.all(both)).toEqual([STARTED, STARTED]);
    expect(sent).toEqual([['same']]);
  });

  it('with another body is not put into the same batch', async () => {
    const { buy, sent } = open();
    const first = buy('same');
    expect(await buy('same', { fingerprint: 'other' })).toMatchObject({ kind: 'not_started', cause: 'key_queued' });
    await pass(START_MS);
    expect([await first, sent]).toEqual([STARTED, [['same']]]);
  });
});

it('every purchase of a batch is answered with what came of its start', async () => {
  const { buy } = open({ reply: async () => ({ kind: 'unknown' }) });
  const replies = numbered('p', 10).map((id) => buy(id));
  await pass(0);
  expect(await Promise.all(replies)).toEqual(replies.map(() => ({ kind: 'unknown' })));
});

it('whatever happens in whatever order, each purchase is either sent once or refused, and answered in time', async () => {
  const replies = fc.constantFrom<StartReply['kind']>('started', 'not_started', 'unknown');
  const arrival = fc.record({
    eventId: fc.constantFrom('a', 'b', 'c'),
    afterMs: fc.constantFrom(0, 0, 0, 1, 20, 300),
    endsAfterMs: fc.constantFrom(0, 10, 100, 2_000, 20_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 80 }), fc.infiniteStream(replies), async (arrivals, kinds) => {
      const reply = async (): Promise<StartReply> => {
        const drawn = kinds.next();
        const kind = drawn.done === true ? 'started' : drawn.value;
        await new Promise((resolve) => setTimeout(resolve, START_MS));
        if (kind === 'unknown') return { kind };
        return kind === 'not_started' ? { kind, cause: 'not_taken', retryAfterS: 2 } : STARTED;
      };
      const { buy, sent, starter, end } = open({ limits: { maxOpenPurchases: 30, maxQueued: 20 }, reply });
      const answers: Promise<StartReply>[] = [];
      for (const [i, { eventId, afterMs, endsAfterMs }] of arrivals.entries()) {
        answers.push(buy(`p${i}`, { eventId }));
        setTimeout(() => end(`p${i}`), endsAfterMs);
        await pass(afterMs);
      }
      await pass(starter.maxReplyMs);
      const settled = await Promise.all(answers);
      const sentIds = sent.flat();
      expect(new Set(sentIds).size).toBe(sentIds.length);
      for (const [i, answer] of settled.entries()) {
        const refusedHere = answer.kind === 'not_started' && answer.cause !== 'not_taken';
        expect(sentIds.includes(`p${i}`)).toBe(!refusedHere);
      }
      expect(starter.waiting()).toBe(0);
      starter.close();
    }),
    { numRuns: 60 },
  );
});
