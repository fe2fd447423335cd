import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Waits {
  /** Starts the wait of a key. One that is running is unchanged: a repeat does not wait longer. */
  begin(key: string, durationMs: number): void;
  /** Resolves when the wait of the key is over, at once if there is none. Rejects on shutdown. */
  over(key: string): Promise<void>;
  isRunning(key: string): boolean;
}

/** Delays by key, held in memory: after a restart there are none. */
export function createWaits(closing: AbortSignal): Waits {
  const waits = new Map<string, Promise<void>>();
  setMaxListeners(0, closing);
  return {
    begin: (key, durationMs) => {
      if (durationMs === 0 || waits.has(key)) return;
      const wait = sleep(durationMs, undefined, { signal: closing }).finally(() => waits.delete(key));
      // The caller may have gone; then the rejection is not handled.
      wait.catch(() => undefined);
      waits.set(key, wait);
    },
    over: (key) => waits.get(key) ?? Promise.resolve(),
    isRunning: (key) => waits.has(key),
  };
}
