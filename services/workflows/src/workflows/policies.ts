import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { PurchaseActivities } from '../activities/index.js';

/**
 * At the counter: the buyer waits. Local activities, recorded with the workflow task that runs them, so that a whole
 * purchase costs one task. A few quick tries, then the step goes on as a regular activity.
 */
export const atTheCounter = proxyLocalActivities<PurchaseActivities>({
  startToCloseTimeout: '4s',
  scheduleToCloseTimeout: '6s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '1s', maximumAttempts: 3 },
});

/**
 * Straight away: everything in one go, once. What does not get through so is taken step by step. The activity ends by
 * itself a second before this limit, which both count from its start.
 */
export const straightAway = proxyLocalActivities<PurchaseActivities>({
  startToCloseTimeout: '4s',
  retry: { maximumAttempts: 1 },
});

/**
 * What both durable policies share: regular activities, which the Temporal UI shows pending with their last failure. They
 * heartbeat, so that the death of a worker is noticed within seconds.
 */
const DURABLE = { startToCloseTimeout: '60s', heartbeatTimeout: '5s' } as const;

/**
 * First tries of the durable phase, some seven seconds apart from the time that they take themselves. Then the workflow
 * learns why the step fails, and tells it.
 */
export const firstTries = proxyActivities<PurchaseActivities>({
  ...DURABLE,
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 5 },
});

/** Until done: tried for ever with backoff. */
export const untilDone = proxyActivities<PurchaseActivities>({
  ...DURABLE,
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});
