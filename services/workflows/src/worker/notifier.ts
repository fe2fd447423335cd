import { OUTCOMES_CHANNEL, type PurchaseNotification } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import type { Redis } from 'ioredis';

export type NotifyOutcomes = (outcomes: readonly PurchaseNotification[]) => void;

/**
 * Notifies the gateways of outcomes and next actions through Redis, without waiting and without a retry: a gateway that misses a
 * notification reads the outcome from PostgreSQL.
 */
export function createNotifier(redis: Redis, logger: Logger): NotifyOutcomes {
  return (outcomes) => {
    if (outcomes.length === 0) return;
    redis.publish(OUTCOMES_CHANNEL, JSON.stringify(outcomes)).catch((error: unknown) => {
      logger.debug({ err: error }, 'the notification of an outcome was lost');
    });
  };
}
