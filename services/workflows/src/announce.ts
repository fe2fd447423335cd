import { OUTCOMES_CHANNEL, type Announcement } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import type { Redis } from 'ioredis';

/**
 * Tells the gateways of final outcomes through Redis, without waiting and without a second try: a gateway that misses
 * it finds the outcome in PostgreSQL a moment later.
 */
export function createAnnouncer(redis: Redis, logger: Logger): (outcomes: readonly Announcement[]) => void {
  return (outcomes) => {
    if (outcomes.length === 0) return;
    redis.publish(OUTCOMES_CHANNEL, JSON.stringify(outcomes)).catch((error: unknown) => {
      logger.debug({ err: error }, 'an outcome was not announced');
    });
  };
}
