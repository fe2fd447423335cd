import type { WebhookType } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import type { Json } from '../audit/canonical-json.js';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { Operator } from '../audit/operator-requests.js';
import { rowsOf } from '../rows.js';
import { findWebhookEndpoint, type WebhookEndpoint } from './endpoints.js';

/** Who changes an endpoint, for the audit log. */
export interface WebhookActor {
  readonly by: Operator;
  /** Id of the HTTP request. */
  readonly requestId: string;
}

/** Every writer of a message reads all endpoints. */
export const MAX_WEBHOOK_ENDPOINTS = 50;
/** Secrets that sign at the same time; a rotation deletes the oldest above it. */
const MAX_SECRETS = 4;

// The lock makes two registrations at once count each other.
const LOCK = `lock table webhook_endpoints in share row exclusive mode`;
const INSERT = `
insert into webhook_endpoints (id, url, event_types)
select $1, $2, $3 where (select count(*) from webhook_endpoints) < ${MAX_WEBHOOK_ENDPOINTS}`;
const ADD_SECRET = `insert into webhook_secrets (endpoint_id, sealed_secret) values ($1, $2)`;

/**
 * Registers an endpoint with its first secret.
 *
 * @param endpoint.endpointId chosen by the caller: the secret is sealed for it
 * @returns null if there are as many as there may be
 */
export function registerWebhookEndpoint(
  pool: pg.Pool,
  endpoint: Pick<WebhookEndpoint, 'endpointId' | 'url' | 'types'> & { readonly sealedSecret: Buffer },
  actor: WebhookActor,
): Promise<WebhookEndpoint | null> {
  const { endpointId, url, types } = endpoint;
  return inTransaction(pool, async (client) => {
    await client.query(LOCK);
    const { rowCount } = await client.query(INSERT, [endpointId, url, types]);
    if (rowCount === 0) return null;
    await client.query(ADD_SECRET, [endpointId, endpoint.sealedSecret]);
    const registered = await findWebhookEndpoint(client, endpointId);
    await record(client, { ...actor, action: 'register_webhook' }, null, registered);
    return registered;
  });
}

/** What an operator can change. Enabling begins with what is due; disabling keeps it. */
export interface WebhookChange {
  readonly url?: string | undefined;
  readonly types?: readonly WebhookType[] | undefined;
  readonly status?: WebhookEndpoint['status'] | undefined;
}

const CHANGE = `
update webhook_endpoints
   set url = coalesce($2, url), event_types = coalesce($3, event_types), status = coalesce($4, status),
       disabled_reason = case when $4 is null or $4 = status then disabled_reason
                              when $4 = 'disabled' then 'operator' end,
       failing_since = case when $4 = 'enabled' then null else failing_since end,
       updated_at = now()
 where id = $1`;

/** @returns the endpoint after the change; null if it does not exist */
export function changeWebhookEndpoint(
  pool: pg.Pool,
  endpointId: string,
  { url, types, status }: WebhookChange,
  actor: WebhookActor,
): Promise<WebhookEndpoint | null> {
  return changed(pool, endpointId, { ...actor, action: 'change_webhook' }, async (client) => {
    await client.query(CHANGE, [endpointId, url ?? null, types ?? null, status ?? null]);
  });
}

const EXPIRE_SECRETS = `
update webhook_secrets set expires_at = least(expires_at, now() + make_interval(secs => $2)) where endpoint_id = $1`;
const DELETE_SECRETS = `
delete from webhook_secrets
 where endpoint_id = $1 and (expires_at <= now() or id not in (
   select id from webhook_secrets where endpoint_id = $1 order by created_at desc, id limit ${MAX_SECRETS}))`;

/**
 * Adds a secret. The present ones sign for `previousValidS` seconds more.
 *
 * @returns the endpoint; null if it does not exist
 */
export function rotateWebhookSecret(
  pool: pg.Pool,
  endpointId: string,
  { sealedSecret, previousValidS }: { readonly sealedSecret: Buffer; readonly previousValidS: number },
  actor: WebhookActor,
): Promise<WebhookEndpoint | null> {
  return changed(pool, endpointId, { ...actor, action: 'rotate_webhook_secret' }, async (client) => {
    await client.query(EXPIRE_SECRETS, [endpointId, previousValidS]);
    await client.query(ADD_SECRET, [endpointId, sealedSecret]);
    await client.query(DELETE_SECRETS, [endpointId]);
  });
}

/** Deletes an endpoint with its secrets and its log. @returns whether it existed */
export async function deleteWebhookEndpoint(pool: pg.Pool, endpointId: string, actor: WebhookActor): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const before = await lock(client, endpointId);
    if (!before) return false;
    await client.query(`delete from webhook_deliveries where endpoint_id = $1`, [endpointId]);
    await client.query(`delete from webhook_endpoints where id = $1`, [endpointId]);
    await record(client, { ...actor, action: 'delete_webhook' }, before, null);
    return true;
  });
}

/** Changes an endpoint under its lock and records the change. */
function changed(
  pool: pg.Pool,
  endpointId: string,
  act: WebhookActor & { readonly action: string },
  change: (client: pg.ClientBase) => Promise<void>,
): Promise<WebhookEndpoint | null> {
  return inTransaction(pool, async (client) => {
    const before = await lock(client, endpointId);
    if (!before) return null;
    await change(client);
    const after = await findWebhookEndpoint(client, endpointId);
    await record(client, act, before, after);
    return after;
  });
}

async function lock(client: pg.ClientBase, endpointId: string): Promise<WebhookEndpoint | null> {
  await rowsOf(client, `select from webhook_endpoints where id = $1 for update`, [endpointId]);
  return findWebhookEndpoint(client, endpointId);
}

/** Comes last in the transaction. */
async function record(
  client: pg.ClientBase,
  act: WebhookActor & { readonly action: string },
  before: WebhookEndpoint | null,
  after: WebhookEndpoint | null,
): Promise<void> {
  const endpointId = (after ?? before)?.endpointId ?? null;
  await recordOperatorAct(client, {
    ...act,
    reason: null,
    before: seen(before),
    after: seen(after),
    details: { endpointId },
  });
}

const seen = (endpoint: WebhookEndpoint | null): Json =>
  endpoint && { url: endpoint.url, types: [...endpoint.types], status: endpoint.status };
