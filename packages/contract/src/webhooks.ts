import { isLoopbackUrl } from './loopback.js';

/** What integrators can be told. A new type is a new name; a name never changes its meaning. */
export const WEBHOOK_TYPES = [
  'purchase.confirmed',
  'purchase.declined',
  'purchase.cancelled',
  'tickets.cancelled',
  'event.sold_out',
  'event.cancelled',
  'hold.expired',
] as const;
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** Why an endpoint is disabled: by an operator, because it answered 410, or because no delivery succeeded for days. */
export const WEBHOOK_DISABLED_REASONS = ['operator', 'gone', 'failing'] as const;
export type WebhookDisabledReason = (typeof WEBHOOK_DISABLED_REASONS)[number];

/** Task queue of the deliveries: a slow endpoint occupies no worker of purchases. */
export const WEBHOOK_TASK_QUEUE = 'box-office-webhooks';

/** Registered name of the workflow that delivers what is due to one endpoint. */
export const WEBHOOK_DELIVERY_WORKFLOW = 'webhookDelivery';
/** At most one runs per endpoint. */
export const webhookDeliveryWorkflowId = (endpointId: string): string => `webhook-delivery/${endpointId}`;

/**
 * What is wrong with the address of an endpoint; null if nothing is. Which hosts are refused is decided at each
 * delivery, by the address to which the name leads then.
 *
 * @param allowLoopback for development: HTTP to the same machine is accepted as well
 */
export function webhookUrlFault(text: string, allowLoopback: boolean): string | null {
  if (!URL.canParse(text)) return 'It is not an absolute URL.';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowLoopback && isLoopbackUrl(url))) return 'It must begin with https://.';
  if (url.username !== '' || url.password !== '') return 'It must not contain a user or a password.';
  return url.hash === '' ? null : 'It must not have a fragment (#…).';
}
