import { createRecorder, type Attempt, type Recorded } from './recorder.js';

/**
 * So many loops at once, each of which begins its next attempt when the one before has ended: a fixed number of
 * impatient buyers. What ends within the `measureMs` after the warm-up is recorded; everything that was begun is
 * awaited.
 */
export async function closedLoop(o: {
  readonly concurrency: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly attempt: Attempt;
}): Promise<Recorded> {
  const recorder = createRecorder();
  const fromMs = performance.now() + o.warmUpMs;
  const untilMs = fromMs + o.measureMs;

  async function loop(slot: number): Promise<void> {
    for (let beganMs = performance.now(); beganMs < untilMs;) {
      const done = await o.attempt(slot);
      const endedMs = performance.now();
      if (endedMs >= fromMs && endedMs < untilMs) recorder.record(done, endedMs - beganMs);
      beganMs = endedMs;
    }
  }

  await Promise.all(Array.from({ length: o.concurrency }, (_, slot) => loop(slot)));
  return recorder.recorded(o.measureMs);
}

/**
 * Closed loop over a fixed number of attempts. `onMark` is called at the start (0) and after every `markEvery` attempts
 * that ended, with their number; it sees the state of that very moment.
 *
 * @param limitMs no attempt is begun after this time, so that fewer than `total` may be made
 */
export async function countedLoop(o: {
  readonly concurrency: number;
  readonly total: number;
  readonly markEvery: number;
  readonly limitMs: number;
  readonly onMark: (ended: number) => void;
  readonly attempt: Attempt;
}): Promise<Recorded> {
  const recorder = createRecorder();
  const startMs = performance.now();
  let begun = 0;
  let ended = 0;
  o.onMark(0);

  async function loop(slot: number): Promise<void> {
    for (let beganMs = startMs; begun < o.total && beganMs - startMs < o.limitMs;) {
      begun += 1;
      const done = await o.attempt(slot);
      const endedMs = performance.now();
      recorder.record(done, endedMs - beganMs);
      ended += 1;
      if (ended % o.markEvery === 0) o.onMark(ended);
      beganMs = endedMs;
    }
  }

  await Promise.all(Array.from({ length: o.concurrency }, (_, slot) => loop(slot)));
  return recorder.recorded(performance.now() - startMs);
}
