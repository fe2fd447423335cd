import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 100;
const MAX_MS = 2_000;
const WARN_EVERY = 12;

/**
 * Waits before the next attempt. The pause doubles with each attempt up to two seconds, with jitter over its second half so
 * that several processes do not retry in step.
 *
 * @param attempt 0 for the pause after the first failure
 * @throws when the signal is aborted
 */
export async function backOff(attempt: number, signal: AbortSignal): Promise<void> {
  const ceilingMs = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  await sleep(ceilingMs * (0.5 + Math.random() / 2), undefined, { signal });
}

/** True for the first failure of an outage, then about twice a minute; the others are logged at debug level. */
export const isWorthAWarning = (attempt: number): boolean => attempt % WARN_EVERY === 0;
