import type pg from 'pg';
import { rowsOf } from '../rows.js';

const DUE_ENDPOINTS = `
select e.id from webhook_endpoints e
 where e.status = 'enabled' and exists (
   select from webhook_deliveries d join webhook_messages m on m.id = d.message_id
    where d.endpoint_id = e.id and d.status = 'pending' and d.due_at <= now())`;

/** Enabled endpoints for which a delivery is due. Asked every second, so it reads one index entry per endpoint. */
export async function findDueWebhookEndpoints(pool: pg.Pool): Promise<string[]> {
  return (await rowsOf<{ id: string }>(pool, DUE_ENDPOINTS, [], 'due-webhook-endpoints')).map(({ id }) => id);
}

/** Where deliveries go, and what signs them. */
export interface WebhookTarget {
  readonly url: string;
  /** Sealed; the newest first. */
  readonly sealedSecrets: readonly Buffer[];
}

const TARGET = `
select e.url, array(
         select sealed_secret from webhook_secrets
          where endpoint_id = e.id and (expires_at is null or expires_at > now())
          order by created_at desc, id) as sealed_secrets
  from webhook_endpoints e
 where e.id = $1 and e.status = 'enabled'`;

/** @returns null if the endpoint does not exist or is disabled */
export async function readWebhookTarget(pool: pg.Pool, endpointId: string): Promise<WebhookTarget | null> {
  return (await rowsOf<WebhookTarget>(pool, TARGET, [endpointId], 'webhook-target'))[0] ?? null;
}

/** A message that is due at an endpoint. */
export interface DueWebhook {
  readonly messageId: string;
  readonly type: string;
  readonly apiVersion: string;
  readonly payload: unknown;
  readonly createdAt: string;
  /** Attempts that were made before. */
  readonly attempts: number;
}

// A replay may add a delivery while its message is deleted: such deliveries count for no limit.
const DUE = `
select m.id as message_id, m.type, m.api_version, m.payload, m.created_at, d.attempts
  from webhook_deliveries d join webhook_messages m on m.id = d.message_id
 where d.endpoint_id = $1 and d.status = 'pending' and d.due_at <= now()
 order by d.due_at, d.message_id limit $2`;

/** The messages that have been due for longest. */
export async function listDueWebhooks(pool: pg.Pool, endpointId: string, limit: number): Promise<DueWebhook[]> {
  return rowsOf<DueWebhook>(pool, DUE, [endpointId, limit], 'due-webhooks');
}

/** How an attempt went. */
export interface WebhookAttemptResult {
  readonly endpointId: string;
  readonly messageId: string;
  readonly messageType: string;
  readonly statusCode: number | null;
  readonly latencyMs: number;
  /** Null: delivered. */
  readonly error: string | null;
  /** After a failure: until the next attempt; null if it was the last one. */
  readonly retryInMs: number | null;
}

const RECORD = `
with logged as (
  insert into webhook_attempts (endpoint_id, message_id, message_type, status_code, latency_ms, error)
  select id, $2, $3, $4, $5, $6::text from webhook_endpoints where id = $1
)
update webhook_deliveries
   set attempts = attempts + 1,
       status = case when $6 is null then 'delivered' when $7::bigint is null then 'failed' else 'pending' end,
       due_at = case when $6 is null or $7 is null then due_at else now() + make_interval(secs => $7 / 1000.0) end
 where endpoint_id = $1 and message_id = $2`;

/** Writes an attempt to the log, and when the message is due again. */
export async function recordWebhookAttempt(pool: pg.Pool, result: WebhookAttemptResult): Promise<void> {
  const { endpointId, messageId, messageType, statusCode, latencyMs, error, retryInMs } = result;
  const values = [endpointId, messageId, messageType, statusCode, latencyMs, error, retryInMs];
  await rowsOf(pool, RECORD, values, 'record-webhook-attempt');
}

const RECORD_HEALTH = `
update webhook_endpoints set failing_since = case when $2 then null else now() end
 where id = $1 and (failing_since is null) <> $2`;

/** Records once for many attempts whether one of them succeeded. Writes only when that changes. */
export async function recordWebhookHealth(pool: pg.Pool, endpointId: string, hasSucceeded: boolean): Promise<void> {
  await rowsOf(pool, RECORD_HEALTH, [endpointId, hasSucceeded], 'record-webhook-health');
}
