const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** From each failed attempt to the next one: eleven attempts within about three days. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  20 * HOUR,
];

/** A delay is up to this share longer or shorter, so that messages that failed together do not come back together. */
const JITTER = 0.2;

/** What lies between the first and the last attempt at least. */
export const minScheduleMs = (delaysMs: readonly number[]): number =>
  delaysMs.reduce((sum, delayMs) => sum + delayMs, 0) * (1 - JITTER);

/**
 * @param attempts that were made, the failed one included
 * @param random from 0 to 1
 * @returns until the next attempt; null if there is none
 */
export function retryInMs(delaysMs: readonly number[], attempts: number, random: number): number | null {
  const delayMs = delaysMs[attempts - 1];
  return delayMs === undefined ? null : Math.round(delayMs * (1 + JITTER * (2 * random - 1)));
}
