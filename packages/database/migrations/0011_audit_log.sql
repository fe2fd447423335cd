-- The audit log: a chain of hashes. The services' role may read it and call the functions at the end, nothing else.
-- docs/auditing.md describes the chain; packages/database/src/audit/verify.ts computes its hashes again.

create table audit_logs (
  id bigint not null,
  message_id uuid not null,
  kind text not null,
  actor text,
  purchase_id uuid,
  transaction_id text,
  user_id text,
  event_id text,
  amount_minor bigint,
  currency text,
  request_id text,
  state_before jsonb,
  state_after jsonb,
  details jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (id, recorded_at)
) partition by range (recorded_at);

comment on table audit_logs is
  'One line per sale, cancellation, change of an event and act of an operator. Each line has the hash of the line '
  'before it, so a line that is changed, removed or inserted is found by computing the hashes again. One partition '
  'per month.';
comment on column audit_logs.id is 'Place in the chain: from 1, without gaps, in the order of recorded_at.';
comment on column audit_logs.message_id is 'Identifies the act. A UUID; audit_messages keeps it unique.';
comment on column audit_logs.kind is 'purchase, cancel, event, operator and others.';
comment on column audit_logs.actor is 'Who did it: the subject of a token, or the name of a service.';
comment on column audit_logs.user_id is 'The buyer whom it concerns.';
comment on column audit_logs.amount_minor is 'Money that moved, in minor units of the currency.';
comment on column audit_logs.request_id is 'Id of the HTTP request.';
comment on column audit_logs.state_before is 'What was changed, before the act.';
comment on column audit_logs.state_after is 'What was changed, after the act.';
comment on column audit_logs.details is 'What the kind adds to it.';
comment on column audit_logs.occurred_at is 'When the act happened.';
comment on column audit_logs.recorded_at is 'When the line was written; never before the line before it.';
comment on column audit_logs.previous_hash is 'Hash of the line before it; 32 zero bytes in the first line.';
comment on column audit_logs.hash is 'SHA-256 of the canonical JSON (RFC 8785) of the line, previous_hash included.';

create index audit_logs_by_purchase on audit_logs (purchase_id);
create index audit_logs_by_event on audit_logs (event_id, occurred_at);

create table audit_messages (
  message_id uuid primary key,
  audit_id bigint not null unique,
  digest bytea not null
);

comment on table audit_messages is
  'Messages that have a line in the audit log. Rows stay when a partition is dropped, so a late redelivery is still '
  'known as one.';
comment on column audit_messages.audit_id is 'audit_logs.id of its line.';
comment on column audit_messages.digest is
  'SHA-256 of kind, purchase, event and amount: finds another message under the same id.';

create table audit_chain (
  only_row boolean primary key default true check (only_row),
  last_id bigint not null,
  last_hash bytea not null,
  last_recorded_at timestamptz not null
);

comment on table audit_chain is
  'The end of the chain of hashes. Writers lock its only row, so several consumers write one chain.';
comment on column audit_chain.only_row is 'Always true: there is only one row.';
comment on column audit_chain.last_id is 'audit_logs.id of the last line; 0 before the first.';
comment on column audit_chain.last_hash is 'Hash of the last line.';
comment on column audit_chain.last_recorded_at is 'audit_logs.recorded_at of the last line.';

insert into audit_chain (last_id, last_hash, last_recorded_at) values (0, decode(repeat('00', 32), 'hex'), '-infinity');

create table audit_anchors (
  partition text primary key,
  first_id bigint not null,
  last_id bigint not null unique,
  last_hash bytea not null,
  first_recorded_at timestamptz not null,
  last_recorded_at timestamptz not null,
  dropped_at timestamptz not null default now()
);

comment on table audit_anchors is
  'One row per dropped partition of the audit log. The chain that is left begins with last_id + 1, and its '
  'previous_hash is last_hash.';
comment on column audit_anchors.partition is 'Name of the dropped partition.';
comment on column audit_anchors.first_id is 'audit_logs.id of its first line.';
comment on column audit_anchors.last_id is 'audit_logs.id of its last line.';
comment on column audit_anchors.last_hash is 'Hash of its last line.';
comment on column audit_anchors.first_recorded_at is 'audit_logs.recorded_at of its first line.';
comment on column audit_anchors.last_recorded_at is 'audit_logs.recorded_at of its last line.';

create table audit_retention (
  only_row boolean primary key default true check (only_row),
  months integer check (months >= 1)
);

comment on table audit_retention is
  'How long lines of the audit log are kept. Only the owner of the schema can change it.';
comment on column audit_retention.only_row is 'Always true: there is only one row.';
comment on column audit_retention.months is 'Whole months; null: lines are kept permanently.';

insert into audit_retention (months) values (null);

create table operator_requests (
  id text primary key,
  operator text not null,
  channel text not null check (channel in ('api', 'cli')),
  received_at timestamptz not null default now()
);

comment on table operator_requests is
  'What the gateway passed to a workflow for an operator whose token it verified. It proves that the name in the '
  'workflow''s request is a token''s subject, and was not typed into the Temporal UI. Rows are deleted after a month.';
comment on column operator_requests.id is 'Name of the request: its kind and the ids of what it changes.';
comment on column operator_requests.operator is 'Subject of the token.';
comment on column operator_requests.channel is 'Program that the operator used.';

create index operator_requests_by_age on operator_requests (received_at);
grant select, insert, update, delete on operator_requests to box_office;

-- Nothing is changed or removed, not by the owner of the schema either, unless the triggers are disabled.

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception '%: rows are never changed or deleted', tg_table_name
    using errcode = 'insufficient_privilege', constraint = 'audit_is_append_only';
end $$;

create trigger audit_is_append_only before update or delete on audit_logs
  for each row execute function audit_is_append_only();
create trigger audit_is_append_only_truncate before truncate on audit_logs
  for each statement execute function audit_is_append_only();
create trigger audit_is_append_only before update or delete or truncate on audit_messages
  for each statement execute function audit_is_append_only();
create trigger audit_is_append_only before update or delete or truncate on audit_anchors
  for each statement execute function audit_is_append_only();
create trigger audit_is_append_only before delete or truncate on audit_chain
  for each statement execute function audit_is_append_only();

create function audit_chain_grows() returns trigger language plpgsql as $$
begin
  if new.last_id <= old.last_id or new.last_recorded_at < old.last_recorded_at then
    raise exception 'the audit log cannot go back from line % to %', old.last_id, new.last_id
      using errcode = 'insufficient_privilege', constraint = 'audit_chain_grows';
  end if;
  return new;
end $$;

create trigger audit_chain_grows before update on audit_chain
  for each row execute function audit_chain_grows();

grant select on audit_logs, audit_messages, audit_chain, audit_anchors, audit_retention to box_office;
