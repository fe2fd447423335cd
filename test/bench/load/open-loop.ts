import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { createRecorder, type Attempt, type Recorded } from './recorder.js';

/** More attempts under way than this: the system is drowning, and a latency would only tell how long it was watched. */
const MAX_UNDER_WAY = 20_000;

/** Asked to send more than can be answered. */
class Drowned extends Error {
  override readonly name = 'Drowned';
}

/**
 * Attempts at a fixed rate, evenly spaced, whether or not those before were answered: buyers who do not wait for each
 * other. Each latency counts from the moment at which the attempt was due, not from when it could be sent, so that a
 * system that stalls is charged for everybody who came meanwhile (no coordinated omission).
 *
 * Recorded are the attempts that were due within the `measureMs` after the warm-up.
 *
 * @throws Drowned when more than 20,000 attempts are unanswered
 */
export async function openLoop(o: {
  readonly perSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly attempt: Attempt;
}): Promise<Recorded> {
  const recorder = createRecorder();
  const gapMs = 1_000 / o.perSecond;
  const total = Math.floor((o.warmUpMs + o.measureMs) / gapMs);
  const startMs = performance.now();
  const fromMs = startMs + o.warmUpMs;
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;

  async function one(number: number, dueMs: number): Promise<void> {
    try {
      const done = await o.attempt(number);
      if (dueMs >= fromMs) recorder.record(done, performance.now() - dueMs);
    } catch (error) {
      failure ??= { error };
    }
  }

  for (let number = 0; number < total && !failure;) {
    const dueMs = startMs + number * gapMs;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await sleep(waitMs - 1);
    // The last millisecond is spent turning, because timers are no finer than that.
    else if (waitMs > 0) await nextTurn();
    else {
      if (underWay.size >= MAX_UNDER_WAY) throw new Drowned(`${underWay.size} attempts have no answer`);
      const attempt = one(number, dueMs);
      underWay.add(attempt);
      void attempt.then(() => underWay.delete(attempt));
      number += 1;
    }
  }
  await Promise.all(underWay);
  if (failure) throw failure.error;
  return recorder.recorded(o.measureMs);
}
