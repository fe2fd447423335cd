import { setTimeout as sleep } from 'node:timers/promises';

/** So many times what the work took. */
const RESTS = 3;
const LONGEST_REST_MS = 500;

/** Waits after a part of the work that began at `sinceMs`, on the clock of `performance.now()`. @returns how long, in ms */
export type Rest = (sinceMs: number) => Promise<number>;

/**
 * For looks that nobody waits for: rests for three times as long as the work took, half a second at most, so that buyers have
 * the stores to themselves for most of the time. Without it a sweep in a rush makes all of them wait for as long as it takes.
 */
export const mostOfTheTime: Rest = async (sinceMs) => {
  const restMs = Math.min((performance.now() - sinceMs) * RESTS, LONGEST_REST_MS);
  await sleep(restMs);
  return restMs;
};

/** For looks that somebody asked for. */
export const never: Rest = () => Promise.resolve(0);
