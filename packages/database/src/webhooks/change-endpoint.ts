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
/** Secrets that sign at the same time; a rotation ends the oldest above it. */
const MAX_SECRETS = 4;

// The lock makes two registrations at once count each other.
const LOCK = `lock table webhook_endpoints in share row exclusive mode`;
const INSERT = `
insert into webhook_endpoints (id, url, event_types, creation_fingerprint)
select $1, $2, $3, $4 where (select count(*) from webhook_endpoints) < ${MAX_WEBHOOK_ENDPOINTS}`;
const ADD_SECRET = `
insert into webhook_secrets (id, endpoint_id, sealed_secret) values (coalesce($1, gen_random_uuid()), $2, $3)`;
const IS_DELETED = `select from deleted_webhook_endpoints where id = $1`;
const FIND_FINGERPRINT = `select creation_fingerprint as fingerprint from webhook_endpoints where id = $1`;
const IN_USE = `(expires_at is null or expires_at > now())`;
const FIND_SECRET = `
select case when ${IN_USE} then sealed_secret end as sealed_secret from webhook_secrets where endpoint_id = $1 and id = $2`;

/** A new secret. `secretId` is derived from the request's idempotency key; without one, nothing is recognised as a repeat. */
export interface NewWebhookSecret {
  readonly secretId?: string | undefined;
  readonly sealedSecret: Buffer;
}

/** An endpoint with the secret that the request gave it, by an earlier attempt too. */
export interface EndpointWithSecret {
  readonly endpoint: WebhookEndpoint;
  /** Null if it is not in use any more. */
  readonly sealedSecret: Buffer | null;
}

export type WebhookRegistration =
  /** `known`: registered by the same request before. */
  | ({ readonly kind: 'registered' | 'known' } & EndpointWithSecret)
  /** The same key registered another endpoint. */
  | { readonly kind: 'other_request' }
  /** The same key registered an endpoint that was deleted. */
  | { readonly kind: 'deleted' }
  /** There are as many as there may be. */
  | { readonly kind: 'too_many' };

/**
 * Registers an endpoint with its first secret.
 *
 * @param endpoint.endpointId chosen by the caller: the secret is sealed for it. One that exists is a repeat of the request
 */
export function registerWebhookEndpoint(
  pool: pg.Pool,
  endpoint: Pick<WebhookEndpoint, 'endpointId' | 'url' | 'types'> &
    NewWebhookSecret & { readonly fingerprint?: string | undefined },
  actor: WebhookActor,
): Promise<WebhookRegistration> {
  const { endpointId, url, types, secretId, sealedSecret, fingerprint = null } = endpoint;
  return inTransaction(pool, async (client) => {
    await client.query(LOCK);
    const known = await findWebhookEndpoint(client, endpointId);
    if (known) {
      const [before] = await rowsOf<{ fingerprint: string | null }>(client, FIND_FINGERPRINT, [endpointId]);
      if (before?.fingerprint !== fingerprint) return { kind: 'other_request' };
      const secret = await findSecret(client, endpoint);
      return { kind: 'known', endpoint: known, sealedSecret: secret?.sealedSecret ?? null };
    }
    if ((await client.query(IS_DELETED, [endpointId])).rowCount === 1) return { kind: 'deleted' };
    const { rowCount } = await client.query(INSERT, [endpointId, url, types, fingerprint]);
    if (rowCount === 0) return { kind: 'too_many' };
    await client.query(ADD_SECRET, [secretId ?? null, endpointId, sealedSecret]);
    const registered = await findWebhookEndpoint(client, endpointId);
    if (!registered) throw new Error(`endpoint ${endpointId} has no row`);
    await record(client, { ...actor, action: 'register_webhook' }, null, registered);
    return { kind: 'registered', endpoint: registered, sealedSecret };
  });
}

/** What an earlier attempt of the request has added; its secret is null once that has expired. */
async function findSecret(
  client: pg.ClientBase,
  { endpointId, secretId }: { readonly endpointId: string; readonly secretId?: string | undefined },
): Promise<Pick<EndpointWithSecret, 'sealedSecret'> | undefined> {
  const [row] = await rowsOf<{ sealedSecret: Buffer | null }>(client, FIND_SECRET, [endpointId, secretId ?? null]);
  return row;
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

// An expired one keeps its row, by which a late repeat of its request is known.
const EXPIRE_SECRETS = `
update webhook_secrets s
   set expires_at = case when i.place < ${MAX_SECRETS} then least(expires_at, now() + make_interval(secs => $2)) else now() end
  from (select id, row_number() over (order by created_at desc, id) as place from webhook_secrets
         where endpoint_id = $1 and ${IN_USE}) i
 where s.id = i.id`;

/**
 * Adds a secret. The present ones sign for `previousValidS` seconds more. A repeat changes nothing, however late it comes.
 *
 * @returns null if the endpoint does not exist
 */
export function rotateWebhookSecret(
  pool: pg.Pool,
  endpointId: string,
  rotation: NewWebhookSecret & { readonly previousValidS: number },
  actor: WebhookActor,
): Promise<({ readonly kind: 'added' | 'known' } & EndpointWithSecret) | null> {
  const { secretId, sealedSecret, previousValidS } = rotation;
  return inTransaction(pool, async (client) => {
    const endpoint = await lock(client, endpointId);
    if (!endpoint) return null;
    const known = await findSecret(client, { endpointId, secretId });
    if (known) return { kind: 'known', endpoint, ...known };
    await client.query(EXPIRE_SECRETS, [endpointId, previousValidS]);
    await client.query(ADD_SECRET, [secretId ?? null, endpointId, sealedSecret]);
    await record(client, { ...actor, action: 'rotate_webhook_secret' }, endpoint, endpoint);
    return { kind: 'added', endpoint, sealedSecret };
  });
}

const DELETE_ENDPOINT = `
with deleted as (delete from webhook_endpoints where id = $1 returning id, creation_fingerprint)
insert into deleted_webhook_endpoints (id) select id from deleted where creation_fingerprint is not null`;

/** Deletes an endpoint with its secrets and its log. @returns whether it existed */
export async function deleteWebhookEndpoint(pool: pg.Pool, endpointId: string, actor: WebhookActor): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const before = await lock(client, endpointId);
    if (!before) return false;
    await client.query(`delete from webhook_deliveries where endpoint_id = $1`, [endpointId]);
    await client.query(DELETE_ENDPOINT, [endpointId]);
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
