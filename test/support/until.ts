import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats a check until it passes. At the timeout it throws the last failure.
 *
 * @param check throws or rejects until the expected state is reached
 */
export async function until<T>(check: () => Promise<T> | T, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(100);
  }
}
