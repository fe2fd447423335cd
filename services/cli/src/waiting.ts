import { setTimeout as sleep } from 'node:timers/promises';
import { away } from './failure.js';
import type { Output } from './output/output.js';

const EVERY_MS = 500;
const LIMIT_MS = 15 * 60_000;

/** Asks again until it is done. Leaving with Ctrl-C changes nothing: what was asked for goes on. */
export async function untilDone<T>(o: {
  readonly what: string;
  readonly output: Pick<Output, 'progress'>;
  readonly first: T;
  readonly ask: () => Promise<T>;
  readonly isDone: (state: T) => boolean;
}): Promise<T> {
  const deadline = Date.now() + LIMIT_MS;
  let state = o.first;
  while (!o.isDone(state)) {
    if (Date.now() > deadline) throw away(`${o.what} still goes on after ${LIMIT_MS / 60_000} min`);
    o.output.progress(`${o.what} goes on …`);
    await sleep(EVERY_MS);
    state = await o.ask();
  }
  return state;
}
