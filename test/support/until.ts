import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats a check until it passes; the last failure is thrown when time is up.
 *
 * @param check throws, or rejects, while things are not yet as they should be
 */
export async function until<T>(check: () => Promise<T> | T, limitMs = 10_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(100);
  }
}
