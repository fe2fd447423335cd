-- Webhooks: what integrators are told, where, and how each delivery went.

create table webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  url text not null,
  event_types text[] not null,
  status text not null default 'enabled' check (status in ('enabled', 'disabled')),
  disabled_reason text check (disabled_reason in ('operator', 'gone', 'failing')),
  failing_since timestamptz,
  creation_fingerprint text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((disabled_reason is not null) = (status = 'disabled'))
);

comment on table webhook_endpoints is
  'Addresses to which messages are sent. Writers of messages read it and never lock it: sales must not wait for it.';
comment on column webhook_endpoints.url is 'HTTPS; where a setting allows it, HTTP to the same machine.';
comment on column webhook_endpoints.event_types is
  'Types of messages that it receives: WEBHOOK_TYPES of packages/contract.';
comment on column webhook_endpoints.status is 'enabled, or disabled: nothing is sent, and no delivery is added.';
comment on column webhook_endpoints.disabled_reason is
  'operator, gone (it answered 410) or failing (no delivery succeeded for days).';
comment on column webhook_endpoints.failing_since is
  'When the first page of attempts failed since one of them succeeded; null: the last page had a success.';
comment on column webhook_endpoints.creation_fingerprint is
  'Hash of the request that registered it, if that had an idempotency key: id is derived from the key then.';

create table webhook_secrets (
  id uuid primary key default gen_random_uuid(),
  endpoint_id uuid not null references webhook_endpoints (id) on delete cascade,
  sealed_secret bytea,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);

comment on table webhook_secrets is 'Keys that sign messages. An endpoint has several for a while after a rotation.';
comment on column webhook_secrets.sealed_secret is
  'Encrypted with AES-256-GCM under WEBHOOK_ENCRYPTION_KEY and bound to the endpoint: nonce, text, tag. Null some time '
  'after it has expired: the row stays, so that a repeat of the request that added it adds no other one.';
comment on column webhook_secrets.expires_at is 'Signs until then; null: until it is rotated.';

create index webhook_secrets_by_endpoint on webhook_secrets (endpoint_id);

create table deleted_webhook_endpoints (id uuid primary key);

comment on table deleted_webhook_endpoints is
  'Endpoints that were registered with an idempotency key and deleted: a repeat of the request does not register them again.';

create table webhook_messages (
  id uuid primary key default gen_random_uuid(),
  type text not null,
  api_version text not null default '1',
  payload jsonb not null,
  created_at timestamptz not null default now()
);

comment on table webhook_messages is
  'One row per fact that integrators are told, written in the transaction of the fact if an endpoint has its type. '
  'Deleted after 30 days.';
comment on column webhook_messages.id is 'The header webhook-id: the same at every attempt and for every endpoint.';
comment on column webhook_messages.type is 'As in purchase.confirmed; webhook.test was requested by an operator.';
comment on column webhook_messages.api_version is 'Form of the payload.';
comment on column webhook_messages.payload is 'Ids and amounts; no personal data.';

create index webhook_messages_by_time on webhook_messages (created_at, id);

create table webhook_deliveries (
  message_id uuid not null,
  endpoint_id uuid not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  primary key (message_id, endpoint_id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

comment on table webhook_deliveries is
  'What an endpoint is to be sent. Written with the message for each enabled endpoint that has its type. It has no '
  'foreign keys: their checks would take a lock per row, and lock the endpoint''s row, in every sale.';
comment on column webhook_deliveries.endpoint_id is
  'webhook_endpoints.id. What a sale adds while its endpoint is deleted goes with its message.';
comment on column webhook_deliveries.status is
  'pending, delivered, or failed: the last attempt of the schedule failed.';
comment on column webhook_deliveries.due_at is 'When the next attempt is due.';
comment on column webhook_deliveries.attempts is 'Attempts of the present schedule; a replay begins it again.';

create index webhook_deliveries_due on webhook_deliveries (endpoint_id, due_at, message_id) where status = 'pending';
comment on index webhook_deliveries_due is 'The position of each endpoint: its delivery reads from here, page by page.';

create table webhook_attempts (
  id bigint generated always as identity primary key,
  endpoint_id uuid not null references webhook_endpoints (id) on delete cascade,
  message_id uuid not null,
  message_type text not null,
  attempted_at timestamptz not null default now(),
  status_code integer,
  latency_ms integer not null,
  error text
);

comment on table webhook_attempts is 'The log of attempts. Deleted after 30 days.';
comment on column webhook_attempts.id is 'In the order of their end.';
comment on column webhook_attempts.message_type is 'webhook_messages.type, so that the log needs no join.';
comment on column webhook_attempts.attempted_at is 'When the attempt ended.';
comment on column webhook_attempts.status_code is 'Status of the HTTP answer; null: there was none.';
comment on column webhook_attempts.latency_ms is 'From the look-up of the name to the answer or the error.';
comment on column webhook_attempts.error is 'Why it failed; null: the message was delivered.';

create index webhook_attempts_by_endpoint on webhook_attempts (endpoint_id, id);
create index webhook_attempts_by_time on webhook_attempts (attempted_at);

-- Confirmed purchases write their messages in the statement that confirms them, a batch at once
-- (packages/database/src/purchases/finalise.ts). The other facts are few, or are not waited for: a trigger on the row
-- writes theirs, whichever statement changes it, and costs a comparison where the row is not such a fact.
create function write_webhook_message(message_type text, message_payload jsonb) returns void language sql as $$
  with message as (
    insert into webhook_messages (type, payload)
    select message_type, message_payload
     where exists (select from webhook_endpoints where message_type = any(event_types))
    returning id
  )
  insert into webhook_deliveries (message_id, endpoint_id)
  select m.id, e.id from message m join webhook_endpoints e on message_type = any(e.event_types) and e.status = 'enabled'
$$;

grant select, insert, update, delete on webhook_endpoints, webhook_secrets, webhook_deliveries to box_office;
grant select, insert, delete on webhook_messages, webhook_attempts to box_office;
grant select, insert on deleted_webhook_endpoints to box_office;
