import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { createRecorder, type Attempt, type Recorded } from './recorder.js';

/** With more attempts in flight the system is overloaded, and latencies depend only on the duration of the run. */
const MAX_IN_FLIGHT = 20_000;

/** The rate is higher than the system can answer. */
class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/**
 * Starts attempts at a fixed rate, evenly spaced, whether or not earlier ones were answered. A latency counts from the
 * time at which the attempt was due, not from when it was sent, so that a stall affects every attempt due during it (no
 * coordinated omission).
 *
 * Records the attempts that were due in the `measureMs` after the warm-up.
 *
 * @throws Overloaded when more than 20,000 attempts are unanswered
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
  const inFlight = new Set<Promise<void>>();
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
    // Polls during the last millisecond, because timers have a resolution of 1 ms.
    else if (waitMs > 0) await nextTurn();
    else {
      if (inFlight.size >= MAX_IN_FLIGHT) throw new Overloaded(`${inFlight.size} attempts have no answer`);
      const attempt = one(number, dueMs);
      inFlight.add(attempt);
      void attempt.then(() => inFlight.delete(attempt));
      number += 1;
    }
  }
  await Promise.all(inFlight);
  if (failure) throw failure.error;
  return recorder.recorded(o.measureMs);
}
