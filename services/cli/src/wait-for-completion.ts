import { setTimeout as sleep } from 'node:timers/promises';
import { unavailable } from './failure.js';
import type { Output } from './output/output.js';

const POLL_INTERVAL_MS = 500;
const TIMEOUT_MS = 15 * 60_000;

/** Asks again until it is done. Ctrl-C ends the waiting only: what was requested continues. */
export async function waitForCompletion<T>(o: {
  readonly what: string;
  readonly output: Pick<Output, 'progress'>;
  readonly first: T;
  readonly ask: () => Promise<T>;
  readonly isDone: (state: T) => boolean;
}): Promise<T> {
  const deadline = Date.now() + TIMEOUT_MS;
  let state = o.first;
  while (!o.isDone(state)) {
    if (Date.now() > deadline)
      throw unavailable(`${o.what} is not finished after ${TIMEOUT_MS / 60_000} min; it continues`);
    o.output.progress(`${o.what} continues …`);
    await sleep(POLL_INTERVAL_MS);
    state = await o.ask();
  }
  return state;
}
