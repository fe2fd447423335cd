import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 100;
const LONGEST_MS = 2_000;
const WARN_EVERY = 12;

/**
 * Waits before the next attempt: the pause doubles with each attempt up to two seconds, and is spread by half so that
 * several processes do not come back in step.
 *
 * @param attempt 0 for the pause after the first failure
 * @throws when the signal is aborted
 */
export async function backOff(attempt: number, signal: AbortSignal): Promise<void> {
  const ceilingMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  await sleep(ceilingMs * (0.5 + Math.random() / 2), undefined, { signal });
}

/** True for the first failure of an outage and then about twice a minute; what lies between is for debugging. */
export const isWorthAWarning = (attempt: number): boolean => attempt % WARN_EVERY === 0;
