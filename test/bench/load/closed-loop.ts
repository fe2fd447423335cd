import { createRecorder, type Attempt, type Recorded } from './recorder.js';

/** However slow the answers are, the warm-up and the measuring each end after this time. */
const MAX_MS = 25_000;

/**
 * So many loops at once, each of which begins its next attempt when the one before has ended: a fixed number of
 * impatient buyers. Everything that was begun is awaited.
 *
 * What ends after the warm-up is recorded for `measureMs`. Both last longer, up to 25 s, until as many attempts have
 * ended in them as there are loops: with four hundred at once and ten answers a second, the first seconds tell nothing.
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

  function move(nowMs: number): void {
    const passedMs = nowMs - phase.sinceMs;
    const isOver = passedMs >= (phase.measures ? o.measureMs : o.warmUpMs) && ended >= o.concurrency;
    if (!isOver && passedMs < MAX_MS) return;
    ended = 0;
    if (phase.measures) measuredMs = passedMs;
    else phase = { measures: true, sinceMs: nowMs };
  }

  async function loop(slot: number): Promise<void> {
    for (let beganMs = performance.now(); measuredMs === undefined;) {
      const done = await o.attempt(slot);
      const endedMs = performance.now();
      if (measuredMs === undefined) {
        ended += 1;
        if (phase.measures) recorder.record(done, endedMs - beganMs);
        move(endedMs);
      }
      beganMs = endedMs;
    }
  }

  await Promise.all(Array.from({ length: o.concurrency }, (_, slot) => loop(slot)));
  return recorder.recorded(measuredMs ?? o.measureMs);
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
