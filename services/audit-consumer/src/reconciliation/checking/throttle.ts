import { setTimeout as sleep } from 'node:timers/promises';

/** Pause as a multiple of the time that the work took. */
const PAUSE_FACTOR = 3;
const MAX_PAUSE_MS = 500;
/** Over one page of events, because the activity has a timeout. */
const MAX_TOTAL_PAUSE_MS = 120_000;

/**
 * Pauses after a part of the work that began at `sinceMs`, on the clock of `performance.now()`.
 *
 * @returns the pause, in ms
 */
export type Throttle = (sinceMs: number) => Promise<number>;

/**
 * For scheduled checks: pauses three times as long as the work took, so that purchases have the stores to themselves
 * most of the time. Without it, a check during a rush delays every buyer. After two minutes of pauses it pauses no
 * more.
 */
export function createThrottle(): Throttle {
  let leftMs = MAX_TOTAL_PAUSE_MS;
  return async (sinceMs) => {
    const pauseMs = Math.min((performance.now() - sinceMs) * PAUSE_FACTOR, MAX_PAUSE_MS, leftMs);
    leftMs -= pauseMs;
    if (pauseMs > 0) await sleep(pauseMs);
    return pauseMs;
  };
}

/** For checks that an operator waits for. */
export const noThrottle: Throttle = () => Promise.resolve(0);
