import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { closedLoop, countedLoop } from './closed-loop.js';
import { openLoop } from './open-loop.js';

/** Answers after 1 ms; requests during the stall are answered at its end. */
function stallingServer(stall: { readonly fromMs: number; readonly untilMs: number }) {
  const startMs = performance.now();
  return async () => {
    const nowMs = performance.now() - startMs;
    await sleep(nowMs >= stall.fromMs && nowMs < stall.untilMs ? stall.untilMs - nowMs : 1);
    return { counts: true };
  };
}

describe('openLoop', () => {
  it('charges a stall to every attempt that was due during it', async () => {
    const attempt = stallingServer({ fromMs: 200, untilMs: 500 });
    const { all } = await openLoop({ perSecond: 200, warmUpMs: 0, measureMs: 1_000, attempt });
    expect(all.count).toBe(200);
    // 60 of 200 were due during the stall and waited 150 ms on average.
    expect(all.p90Ms).toBeGreaterThan(150);
    expect(all.p50Ms).toBeLessThan(50);
  });

  it('keeps its rate however slow the answers are', async () => {
    let most = 0;
    let inFlight = 0;
    const attempt = async () => {
      most = Math.max(most, ++inFlight);
      await sleep(300);
      inFlight -= 1;
      return { counts: true };
    };
    const { all } = await openLoop({ perSecond: 100, warmUpMs: 200, measureMs: 800, attempt });
    expect(all.count).toBe(80);
    expect(most).toBeGreaterThan(25);
  });

  it('rejects with the error of a failed attempt', async () => {
    const attempt = () => Promise.reject(new Error('no server'));
    await expect(openLoop({ perSecond: 100, warmUpMs: 0, measureMs: 100, attempt })).rejects.toThrow('no server');
  });
});

describe('closedLoop', () => {
  it('counts only successes within the measured time', async () => {
    let begun = 0;
    const attempt = async () => {
      begun += 1;
      await sleep(10);
      return { counts: begun % 2 === 0 };
    };
    const { all } = await closedLoop({ concurrency: 4, warmUpMs: 200, measureMs: 400, attempt });
    expect(all.count).toBeGreaterThan(0);
    expect(all.count).toBeLessThan(begun / 2);
    expect(all.perSecond).toBeGreaterThan(all.count / 0.6);
    expect(all.perSecond).toBeLessThanOrEqual(all.count / 0.4);
  });

  it('measures until as many attempts have ended as there are loops, however short the time', async () => {
    const attempt = async () => {
      await sleep(150);
      return { counts: true };
    };
    const { all } = await closedLoop({ concurrency: 5, warmUpMs: 0, measureMs: 1, attempt });
    expect(all.count).toBe(5);
    expect(all.perSecond).toBeGreaterThan(20);
    expect(all.perSecond).toBeLessThan(40);
  });

  it('sorts latencies by kind', async () => {
    const attempt = async (slot: number) => {
      await sleep(slot === 0 ? 50 : 5);
      return { counts: true, kind: slot === 0 ? 'slow' : 'quick' };
    };
    const { byKind } = await closedLoop({ concurrency: 2, warmUpMs: 0, measureMs: 300, attempt });
    expect(byKind['slow']?.p50Ms).toBeGreaterThan(40);
    expect(byKind['quick']?.p50Ms).toBeLessThan(40);
  });
});

describe('countedLoop', () => {
  it('makes exactly `total` attempts and calls `onMark` after every part of them', async () => {
    const marks: number[] = [];
    let made = 0;
    const attempt = async () => {
      made += 1;
      return { counts: true };
    };
    const onMark = (ended: number): void => void marks.push(ended);
    await countedLoop({ concurrency: 7, total: 100, markEvery: 25, limitMs: 10_000, onMark, attempt });
    expect(made).toBe(100);
    expect(marks).toEqual([0, 25, 50, 75, 100]);
  });
});
