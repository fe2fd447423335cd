import { createRecorder, type Attempt, type Recorded } from './recorder.js';

/** The warm-up and the measurement each end after this time, however slow the answers are. */
const MAX_MS = 25_000;

/**
 * Runs `concurrency` loops. Each starts its next attempt when the previous one has ended. All started attempts are
 * awaited.
 *
 * Attempts that end in the `measureMs` after the warm-up are recorded. Warm-up and measurement are extended, up to 25 s
 * each, until as many attempts have ended as there are loops: with 400 loops and ten answers a second, the first
 * seconds say nothing.
 */
export async function closedLoop(o: {
  readonly concurrency: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly attempt: Attempt;
}): Promise<Recorded> {
  const recorder = createRecorder();
  let phase: { readonly measures: boolean; readonly sinceMs: number } = { measures: false, sinceMs: performance.now() };
  let ended = 0;
  let measuredMs: number | undefined;

  function endPhaseIfOver(nowMs: number): void {
    const passedMs = nowMs - phase.sinceMs;
    const isOver = passedMs >= (phase.measures ? o.measureMs : o.warmUpMs) && ended >= o.concurrency;
    if (!isOver && passedMs < MAX_MS) return;
    ended = 0;
    if (phase.measures) measuredMs = passedMs;
    else phase = { measures: true, sinceMs: nowMs };
  }

  async function loop(slot: number): Promise<void> {
    for (let startedMs = performance.now(); measuredMs === undefined;) {
      const done = await o.attempt(slot);
      const endedMs = performance.now();
      if (measuredMs === undefined) {
        ended += 1;
        if (phase.measures) recorder.record(done, endedMs - startedMs);
        endPhaseIfOver(endedMs);
      }
      startedMs = endedMs;
    }
  }

  await Promise.all(Array.from({ length: o.concurrency }, (_, slot) => loop(slot)));
  return recorder.recorded(measuredMs ?? o.measureMs);
}

/**
 * Closed loop over a fixed number of attempts. `onMark` is called synchronously at the start (with 0) and after every
 * `markEvery` ended attempts, with their number.
 *
 * @param o.limitMs no attempt starts after this time, so there may be fewer than `total`
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
  let started = 0;
  let ended = 0;
  o.onMark(0);

  async function loop(slot: number): Promise<void> {
    for (let startedMs = startMs; started < o.total && startedMs - startMs < o.limitMs;) {
      started += 1;
      const done = await o.attempt(slot);
      const endedMs = performance.now();
      recorder.record(done, endedMs - startedMs);
      ended += 1;
      if (ended % o.markEvery === 0) o.onMark(ended);
      startedMs = endedMs;
    }
  }

  await Promise.all(Array.from({ length: o.concurrency }, (_, slot) => loop(slot)));
  return recorder.recorded(performance.now() - startMs);
}
