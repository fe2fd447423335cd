import { continueAsNew, proxyActivities } from '@temporalio/workflow';
import type { DeliveryActivities } from './activities.js';

/** Bounds the history: after so many pages the workflow continues as new. */
const MAX_PAGES_PER_RUN = 100;

const { deliverDue } = proxyActivities<DeliveryActivities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '5s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/**
 * Delivers what is due to one endpoint, page by page, and ends when nothing is. The delivery worker starts it again when a
 * message or a retry is due, so a retry of the day after tomorrow keeps no workflow open.
 */
export async function webhookDelivery(endpointId: string): Promise<void> {
  for (let page = 1; page <= MAX_PAGES_PER_RUN; page++) {
    const mayHaveMore = await deliverDue(endpointId);
    if (!mayHaveMore) return;
  }
  return continueAsNew<typeof webhookDelivery>(endpointId);
}
