import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.js';

export interface PeriodicTask {
  /** Ends the pause, waits for the current execution, and starts no other. */
  stop(): Promise<void>;
}

/**
 * Executes a task now and again after each pause, one execution at a time, until it is stopped. A failed execution is
 * logged, and the next one follows after the pause: an unavailable database delays the task and breaks nothing.
 *
 * @param o.name what the task does, as in "could not <name>"
 * @param o.execute returns `true` if there is more to do without a pause
 */
export function runPeriodically(o: {
  readonly name: string;
  readonly intervalMs: number;
  readonly execute: () => Promise<boolean>;
  readonly logger: Logger;
}): PeriodicTask {
  const stopping = new AbortController();

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      let hasMore = false;
      try {
        hasMore = await o.execute();
      } catch (error) {
        o.logger.warn({ err: error }, `could not ${o.name}; will try again`);
      }
      if (!hasMore) await sleep(o.intervalMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
