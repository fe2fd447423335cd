import { continueAsNew, proxyActivities } from '@temporalio/workflow';
import { PAGE_RETRIES, takePages } from '../delivery/take-pages.js';
import type { WebhookActivities } from './activities.js';

const { deliverDue } = proxyActivities<WebhookActivities>(PAGE_RETRIES);

/**
 * Delivers what is due to one endpoint, page by page, and ends when nothing is. The delivery worker starts it again when a
 * message or a retry is due, so a retry of the day after tomorrow keeps no workflow open.
 */
export async function webhookDelivery(endpointId: string): Promise<void> {
  const areAllDelivered = await takePages(() => deliverDue(endpointId));
  if (!areAllDelivered) await continueAsNew<typeof webhookDelivery>(endpointId);
}
