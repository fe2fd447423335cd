import { setTimeout as sleep } from 'node:timers/promises';
import { LauncherFailure, messageOf } from '../failure.js';
import { formatDuration, type Reporter } from '../reporting.js';

const POLL_MS = 60;
const STILL_WAITING_EVERY_MS = 5_000;

export interface Wait {
  /** What is waited for, as the end of "waiting for …". */
  readonly what: string;
  readonly timeoutMs: number;
  readonly logFile?: string;
  readonly signal?: AbortSignal | undefined;
  readonly report?: Reporter | undefined;
}

/**
 * Calls `check` until it no longer throws, and gives what it returns. Says every five seconds that it still waits.
 *
 * @throws LauncherFailure with the last problem, when the time is up
 */
export async function waitUntil<T>(wait: Wait, check: () => Promise<T> | T): Promise<T> {
  const startedAt = Date.now();
  let saidAt = startedAt;
  for (;;) {
    wait.signal?.throwIfAborted();
    let problem: string;
    try {
      return await check();
    } catch (error) {
      problem = messageOf(error);
    }
    const now = Date.now();
    if (now - startedAt >= wait.timeoutMs) {
      const limit = formatDuration(wait.timeoutMs);
      throw new LauncherFailure(`${wait.what}: not there within ${limit} (${problem})`, wait.logFile);
    }
    if (now - saidAt >= STILL_WAITING_EVERY_MS) {
      saidAt = now;
      wait.report?.info(`waiting for ${wait.what} (${formatDuration(now - startedAt)})`);
    }
    await sleep(POLL_MS, undefined, wait.signal ? { signal: wait.signal } : {});
  }
}
