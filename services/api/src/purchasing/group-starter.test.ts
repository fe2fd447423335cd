import type { PurchaseOrder } from '@box-office/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGroupStarter } from './group-starter.js';
import type { GroupLimits } from './group-starter.js';
import type { StartReply } from './purchase-starter.js';

const STARTED: StartReply = { kind: 'started', already: false };
const START_MS = 5;
const limits: GroupLimits = {
  slots: 1,
  quiet: 2,
  gather: 6,
  maxGatherMs: 100,
  slotMs: 500,
  maxUnderWay: 200,
  maxQueued: 100,
  maxQueuedMs: 3_000,
};
const QUIET_MS = limits.quiet * START_MS;
const GATHER_MS = limits.gather * START_MS;

/** A starter whose workflows are accepted `START_MS` after they were sent, unless told otherwise. */
function open(o: { limits?: Partial<GroupLimits>; reply?: (group: readonly string[]) => Promise<StartReply> } = {}) {
  const sent: string[][] = [];
  const accept = (): Promise<StartReply> => new Promise((resolve) => setTimeout(() => resolve(STARTED), START_MS));
  const starter = createGroupStarter({
    workflows: {
      start(group) {
        const ids = group.map(({ order }) => order.purchaseId);
        sent.push(ids);
        return (o.reply ?? accept)(ids);
      },
      longestReplyMs: 1_000,
      close: () => undefined,
    },
    limits: { ...limits, ...o.limits },
  });
  const ends = new Map<string, () => void>();
  const buy = (purchaseId: string, more: Partial<PurchaseOrder> = {}): Promise<StartReply> => {
    const order: PurchaseOrder = {
      ...{ purchaseId, fingerprint: 'f', userId: 'ann', eventId: '1', paymentMethod: 'pm', requestId: 'r' },
      items: [{ ticketType: 'Standard', quantity: 1 }],
      ...more,
    };
    const over = new Promise<void>((resolve) => ends.set(purchaseId, resolve));
    return starter.start(order, { eventName: 'Concert' }, over);
  };
  /** The outcomes of these purchases arrive. */
  const end = (...ids: readonly string[]): void => ids.forEach((id) => ends.get(id)?.());
  return { starter, sent, buy, end };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
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

  it('together with those who come in the same moment', async () => {
    const { buy, sent } = open();
    for (const id of numbered('p', 60)) void buy(id);
    await pass(0);
    expect(sent).toEqual([numbered('p', 60).slice(0, 50)]);
  });

  it('with those who come right after it, when nobody has come for a moment', async () => {
    const { buy, sent } = open();
    void buy('first');
    await pass(1);
    void buy('second');
    await pass(QUIET_MS - 1);
    void buy('third');
    await pass(QUIET_MS - 1);
    expect(sent).toEqual([['first']]);
    await pass(1);
    expect(sent).toEqual([['first'], ['second', 'third']]);
  });

  it('without waiting for more when it has gathered for long, though they keep coming', async () => {
    const { buy, sent } = open();
    void buy('first');
    await pass(1);
    for (let ms = 0; ms < GATHER_MS; ms++) {
      void buy(`p${ms}`);
      expect(sent).toHaveLength(1);
      await pass(1);
    }
    expect(sent[1]).toEqual(numbered('p', GATHER_MS));
  });

  it('at once while a slot is free', async () => {
    const { buy, sent } = open({ limits: { slots: 2 } });
    for (const id of ['a', 'b', 'c']) {
      void buy(id);
      await pass(0);
    }
    expect(sent).toEqual([['a'], ['b']]);
  });

  it('as soon as a slot is free when all were taken', async () => {
    const { buy, sent, end } = open();
    void buy('first');
    await pass(START_MS + 1);
    for (const id of ['a', 'b', 'c']) void buy(id);
    await pass(QUIET_MS / 2);
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
    expect(sent.map((group) => group.length)).toEqual([1, 50, 50]);
    await pass(GATHER_MS);
    expect(sent.at(-1)).toEqual(['b51']);
  });

  it('without waiting for another’s payment: no slot free keeps it for the gathering only', async () => {
    const { buy, sent } = open();
    void buy('slow');
    await pass(START_MS + 1);
    void buy('quick');
    await pass(GATHER_MS);
    expect(sent).toEqual([['slow'], ['quick']]);
  });

  it('and its gathering grows with what a start takes, up to its limit', async () => {
    let startMs = 1_000;
    const reply = (): Promise<StartReply> => new Promise((resolve) => setTimeout(() => resolve(STARTED), startMs));
    const { buy, sent, end } = open({ limits: { slotMs: 10_000, quiet: 100 }, reply });
    for (const id of numbered('busy', 20)) {
      void buy(id);
      await pass(startMs);
      end(id);
      await pass(0);
    }
    startMs = 5_000;
    void buy('holds the slot');
    await pass(0);
    void buy('waits');
    await pass(limits.maxGatherMs - 1);
    expect(sent.at(-1)).toEqual(['holds the slot']);
    await pass(1);
    expect(sent.at(-1)).toEqual(['waits']);
  });
});

describe('a slot', () => {
  it('is given back when all purchases of its group are over, not before', async () => {
    const { buy, sent, end } = open({ limits: { quiet: 20, gather: 20 } });
    void buy('a');
    void buy('b');
    await pass(START_MS + 1);
    end('a');
    void buy('next');
    await pass(GATHER_MS);
    expect(sent).toHaveLength(1);
    end('b');
    await pass(0);
    expect(sent).toEqual([['a', 'b'], ['next']]);
  });

  it('is given back in time even if a member of its group goes on for minutes', async () => {
    const { buy, sent } = open();
    void buy('slow');
    await pass(limits.slotMs);
    void buy('later');
    await pass(0);
    expect(sent).toEqual([['slow'], ['later']]);
  });

  it('is given back once, and a group that could not be started gives it back too', async () => {
    const reply = async (): Promise<StartReply> => ({ kind: 'not_started', cause: 'away', retryAfterS: 2 });
    const { buy, sent, end } = open({ reply });
    for (const id of numbered('p', 3)) {
      expect(await raced(buy(id))).toMatchObject({ kind: 'not_started', retryAfterS: 2 });
      // As the sale does: nobody waits for its outcome.
      end(id);
      await pass(limits.slotMs);
    }
    expect(sent).toEqual([['p0'], ['p1'], ['p2']]);
  });
});

const raced = async (reply: Promise<StartReply>): Promise<StartReply> => {
  await pass(0);
  return reply;
};

describe('the queue', () => {
  it('stands still while too many purchases are under way, and goes on as they end', async () => {
    const { buy, sent, end } = open({ limits: { maxUnderWay: 1, slotMs: 10 } });
    void buy('first');
    await pass(START_MS + 20);
    void buy('second');
    await pass(1_000);
    expect(sent).toHaveLength(1);
    end('first');
    await pass(100);
    expect(sent).toHaveLength(2);
  });

  it('answers who stood in it for too long that nothing was started, and nothing is', async () => {
    const { buy, sent, starter, end } = open({ limits: { maxUnderWay: 1 } });
    void buy('first');
    await pass(1);
    const late = buy('late');
    await pass(limits.maxQueuedMs + 100);
    expect(await late).toMatchObject({ kind: 'not_started', retryAfterS: 1 });
    end('first');
    await pass(1_000);
    expect([sent, starter.waiting()]).toEqual([[['first']], 0]);
  });

  it('turns away at once what it has no room for', async () => {
    const { buy, starter } = open({ limits: { maxUnderWay: 1, maxQueued: 3 } });
    void buy('first');
    await pass(1);
    for (const id of ['a', 'b', 'c']) void buy(id);
    expect(await raced(buy('d'))).toMatchObject({ kind: 'not_started', retryAfterS: 1 });
    expect(starter.waiting()).toBe(3);
  });

  it('empties itself when nobody waits for outcomes any more, as in a shutdown', async () => {
    const { buy, sent, end } = open();
    void buy('first');
    await pass(1);
    const replies = numbered('p', 80).map((id) => buy(id));
    end('first', ...numbered('p', 80));
    await pass(START_MS);
    expect(await Promise.all(replies)).toEqual(replies.map(() => STARTED));
    expect(sent.map((group) => group.length)).toEqual([1, 50, 30]);
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

describe('one purchase that comes twice', () => {
  it('stands in a group once, and both are answered', async () => {
    const { buy, sent } = open();
    const both = [buy('same'), buy('same')];
    await pass(START_MS);
    expect(await Promise.all(both)).toEqual([STARTED, STARTED]);
    expect(sent).toEqual([['same']]);
  });

  it('with another body is not put into the same group', async () => {
    const { buy, sent } = open();
    const first = buy('same');
    expect(await buy('same', { fingerprint: 'other' })).toMatchObject({ kind: 'not_started' });
    await pass(START_MS);
    expect([await first, sent]).toEqual([STARTED, [['same']]]);
  });
});

it('every member of a group is answered with what came of its start', async () => {
  const { buy } = open({ reply: async () => ({ kind: 'unknown', cause: 'silence' }) });
  const replies = numbered('p', 10).map((id) => buy(id));
  await pass(0);
  expect(await Promise.all(replies)).toEqual(replies.map(() => ({ kind: 'unknown', cause: 'silence' })));
});

it('whatever happens in whatever order, each purchase is either sent once or refused, and answered in time', async () => {
  const replies = fc.constantFrom<StartReply['kind']>('started', 'not_started', 'unknown');
  const arrival = fc.record({
    eventId: fc.constantFrom('a', 'b', 'c'),
    afterMs: fc.constantFrom(0, 0, 0, 1, 20, 300),
    overAfterMs: fc.constantFrom(0, 10, 100, 2_000, 20_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 80 }), fc.infiniteStream(replies), async (arrivals, kinds) => {
      const reply = async (): Promise<StartReply> => {
        const drawn = kinds.next();
        const kind = drawn.done === true ? 'started' : drawn.value;
        await new Promise((resolve) => setTimeout(resolve, START_MS));
        if (kind === 'unknown') return { kind, cause: '' };
        return kind === 'not_started' ? { kind, cause: 'Temporal is away', retryAfterS: 2 } : STARTED;
      };
      const { buy, sent, starter, end } = open({ limits: { maxUnderWay: 30, maxQueued: 20 }, reply });
      const answers: Promise<StartReply>[] = [];
      for (const [i, { eventId, afterMs, overAfterMs }] of arrivals.entries()) {
        answers.push(buy(`p${i}`, { eventId }));
        setTimeout(() => end(`p${i}`), overAfterMs);
        await pass(afterMs);
      }
      await pass(starter.longestReplyMs);
      const settled = await Promise.all(answers);
      const sentIds = sent.flat();
      expect(new Set(sentIds).size).toBe(sentIds.length);
      for (const [i, answer] of settled.entries()) {
        const refusedHere = answer.kind === 'not_started' && answer.cause !== 'Temporal is away';
        expect(sentIds.includes(`p${i}`)).toBe(!refusedHere);
      }
      expect(starter.waiting()).toBe(0);
      starter.close();
    }),
    { numRuns: 60 },
  );
});
