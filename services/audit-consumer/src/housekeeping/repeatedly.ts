import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@box-office/platform';

export interface Repetition {
  /** Ends the pause, waits for the turn under way, and begins no other. */
  stop(): Promise<void>;
}

/**
 * Does something now and again after each pause, one turn at a time, until it is stopped. A turn that fails is logged and
 * the next one comes as ever: a database that is away delays this and breaks nothing.
 *
 * @param turn answers `true` if there is more to do at once
 */
export function repeatedly(o: {
  readonly what: string;
  readonly everyMs: number;
  readonly turn: () => Promise<boolean>;
  readonly logger: Logger;
}): Repetition {
  const stopping = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let isMoreToDo = false;
      try {
        isMoreToDo = await o.turn();
      } catch (error) {
        o.logger.warn({ err: error }, `could not ${o.what}; will try again`);
      }
      if (!isMoreToDo) await sleep(o.everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
