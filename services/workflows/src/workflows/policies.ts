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
 * Until done: regular activities, tried for ever with backoff. The Temporal UI shows them pending with their last
 * failure, and an operator can see why. They heartbeat, so that the death of a worker is noticed within seconds.
 */
export const untilDone = proxyActivities<PurchaseActivities>({
  startToCloseTimeout: '60s',
  heartbeatTimeout: '5s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});
