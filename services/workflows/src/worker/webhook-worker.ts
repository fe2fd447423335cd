import { WEBHOOK_DELIVERY_WORKFLOW, WEBHOOK_TASK_QUEUE, webhookDeliveryWorkflowId } from '@box-office/contract';
import { findDueWebhookEndpoints, MAX_WEBHOOK_ENDPOINTS } from '@box-office/database';
import { createWebhookActivities } from '../webhook/activities.js';
import { createSender, type Send } from '../webhook/activities/send.js';
import { startDeliveryWorker, type DeliveryWorker, type DeliveryWorkerOptions } from './delivery-worker.js';

interface WebhookWorkerOptions extends DeliveryWorkerOptions {
  readonly encryptionKey: Buffer;
  readonly allowLoopback: boolean;
  /** For tests. */
  readonly send?: Send;
}

/** Delivers messages to integrators, with a workflow for each endpoint. */
export function startWebhookWorker(o: WebhookWorkerOptions): Promise<DeliveryWorker> {
  const { encryptionKey, allowLoopback, send = createSender({ allowLoopback }) } = o;
  const { retryDelaysMs } = o.replaced ?? {};
  return startDeliveryWorker(o, {
    name: 'webhooks',
    taskQueue: WEBHOOK_TASK_QUEUE,
    createActivities: (pool) =>
      createWebhookActivities({ pool, send, encryptionKey, ...(retryDelaysMs && { retryDelaysMs }) }),
    // One for each endpoint: however slow some are, none waits for another.
    maxConcurrent: MAX_WEBHOOK_ENDPOINTS,
    findDue: async (pool) =>
      (await findDueWebhookEndpoints(pool)).map((endpointId) => ({
        workflow: WEBHOOK_DELIVERY_WORKFLOW,
        workflowId: webhookDeliveryWorkflowId(endpointId),
        args: [endpointId],
        summary: 'Deliver messages to an endpoint of an integrator',
      })),
  });
}
