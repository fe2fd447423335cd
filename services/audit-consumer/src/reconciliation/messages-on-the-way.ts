import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchConsumer } from '@box-office/messaging';

/** Looks for a moment in which nothing is on its way: under a steady load there are many, behind in a rush there is none. */
const MOST_LOOKS = 20;
const LOOK_EVERY_MS = 100;

/**
 * Whether messages wait in the queues or are in this process's hands. Where the broker cannot tell, they may.
 *
 * A message in the hands of another consumer is not seen here; the second look comes some seconds later, and a message
 * that is published once more is known by its id.
 */
export function createMessageWatch(consumers: readonly BatchConsumer[]): () => Promise<boolean> {
  const isQuiet = async (consumer: BatchConsumer): Promise<boolean> =>
    (await consumer.waiting()) === 0 && consumer.lagMs() === 0;

  return async () => {
    for (let look = 1; look <= MOST_LOOKS; look++) {
      const quiet = await Promise.all(consumers.map(isQuiet));
      if (quiet.every(Boolean)) return false;
      await sleep(LOOK_EVERY_MS);
    }
    return true;
  };
}
