import type { WebhookDisabledReason, WebhookType } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf, type Queryable } from '../rows.js';

/** An integrator's endpoint, without its secrets. Times are ISO 8601. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly url: string;
  readonly types: readonly WebhookType[];
  readonly status: 'enabled' | 'disabled';
  readonly disabledReason: WebhookDisabledReason | null;
  /** Since when no delivery has succeeded; null if the last one did. */
  readonly failingSince: string | null;
  /** Messages that wait for their next attempt. */
  readonly pending: number;
  readonly createdAt: string;
}

/** `pending` is counted up to this. */
const MAX_COUNTED = 10_000;

const LIST = `
select e.id as endpoint_id, e.url, e.event_types as types, e.status, e.disabled_reason, e.failing_since, e.created_at,
       (select count(*) from (
          select from webhook_deliveries where endpoint_id = e.id and status = 'pending' limit ${MAX_COUNTED}) d
       )::integer as pending
  from webhook_endpoints e
 where $1::uuid is null or e.id = $1
 order by e.created_at, e.id`;

/** All endpoints; their number is bounded when they are registered. */
export async function listWebhookEndpoints(pool: pg.Pool): Promise<WebhookEndpoint[]> {
  return rowsOf<WebhookEndpoint>(pool, LIST, [null]);
}

export async function findWebhookEndpoint(db: Queryable, endpointId: string): Promise<WebhookEndpoint | null> {
  return (await rowsOf<WebhookEndpoint>(db, LIST, [endpointId]))[0] ?? null;
}
