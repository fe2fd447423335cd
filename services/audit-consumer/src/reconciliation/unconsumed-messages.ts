import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchConsumer } from '@box-office/messaging';

/** Under a steady load one of these checks finds the queues empty; in a rush none does. */
const MAX_CHECKS = 20;
const CHECK_INTERVAL_MS = 100;

/**
 * Returns a check whether messages wait in the queues or are delivered to this process. If the broker cannot tell, the
 * answer is true.
 *
 * It does not see a message that is delivered to another process. That is safe: the second check comes some seconds
 * later, and a message that is published twice is applied once, by its id.
 */
export function createUnconsumedMessagesCheck(consumers: readonly BatchConsumer[]): () => Promise<boolean> {
  const isDrained = async (consumer: BatchConsumer): Promise<boolean> =>
    (await consumer.waiting()) === 0 && consumer.lagMs() === 0;

  return async () => {
    for (let check = 1; check <= MAX_CHECKS; check++) {
      const drained = await Promise.all(consumers.map(isDrained));
      if (drained.every(Boolean)) return false;
      await sleep(CHECK_INTERVAL_MS);
    }
    return true;
  };
}
