import { setTimeout as sleep } from 'node:timers/promises';

/** So many times what the work took. */
const RESTS = 3;
const LONGEST_REST_MS = 500;
/** Of one page of events: an activity has a limit, within which the work has to be done. */
const MOST_REST_MS = 120_000;

/** Waits after a part of the work that began at `sinceMs`, on the clock of `performance.now()`. @returns how long, in ms */
export type Rest = (sinceMs: number) => Promise<number>;

/**
 * For looks that nobody waits for: rests for three times as long as the work took, so that buyers have the stores to
 * themselves for most of the time. Without it a sweep in a rush makes all of them wait for as long as it takes. Of one page of
 * events not more than two minutes are rested; behind that there is a lot to do, and it goes on without.
 */
export function mostOfTheTime(): Rest {
  let leftMs = MOST_REST_MS;
  return async (sinceMs) => {
    const restMs = Math.min((performance.now() - sinceMs) * RESTS, LONGEST_REST_MS, leftMs);
    leftMs -= restMs;
    if (restMs > 0) await sleep(restMs);
    return restMs;
  };
}

/** For looks that somebody asked for. */
export const never: Rest = () => Promise.resolve(0);
