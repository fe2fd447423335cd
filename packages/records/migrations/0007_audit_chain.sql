-- Up Migration

-- The audit log becomes a chain: each line bears the hash of the line before it, so that one which is altered, removed or
-- put in between is found by whoever computes the hashes again (packages/records/src/audit/verify.ts, docs/auditing.md).
-- It is written by append_audit_lines alone; the services' role may call that and read, nothing else.

alter table audit_logs rename to audit_logs_unchained;
alter index audit_logs_pkey rename to audit_logs_unchained_pkey;
alter index audit_logs_message_id_key rename to audit_logs_unchained_message_id_key;
drop index audit_logs_by_purchase, audit_logs_by_event;

create table audit_logs (
  -- Place in the chain: from 1, without gaps, in the order of recorded_at.
  id bigint not null,
  message_id uuid not null,
  kind text not null,
  -- Who did it: the subject of a token, or the name of a service.
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

create index audit_logs_by_purchase on audit_logs (purchase_id);
create index audit_logs_by_event on audit_logs (event_id, occurred_at);

-- Which messages have their line, for ever: a redelivery is known as such after its partition was dropped, and so is another
-- message under the same id, by the digest of what it tells.
create table audit_messages (
  message_id uuid primary key,
  audit_id bigint not null unique,
  digest bytea not null
);

-- The end of the chain. Whoever appends locks this row, so that several consumers write one chain.
create table audit_chain (
  only_row boolean primary key default true check (only_row),
  last_id bigint not null,
  last_hash bytea not null,
  last_recorded_at timestamptz not null
);
insert into audit_chain (last_id, last_hash, last_recorded_at) values (0, decode(repeat('00', 32), 'hex'), '-infinity');

-- Where the chain was cut when a partition was dropped: what stands begins with last_id + 1 and last_hash.
create table audit_anchors (
  partition text primary key,
  first_id bigint not null,
  last_id bigint not null unique,
  last_hash bytea not null,
  first_recorded_at timestamptz not null,
  last_recorded_at timestamptz not null,
  dropped_at timestamptz not null default now()
);

-- How long lines are kept: whole months; null for ever. Set by the owner of the schema.
create table audit_retention (
  only_row boolean primary key default true check (only_row),
  months integer check (months >= 1)
);
insert into audit_retention (months) values (null);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception '%: what was written stays as it is', tg_table_name
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
    raise exception 'the audit log cannot shrink from line % to %', old.last_id, new.last_id
      using errcode = 'insufficient_privilege', constraint = 'audit_chain_grows';
  end if;
  return new;
end $$;

create trigger audit_chain_grows before update on audit_chain
  for each row execute function audit_chain_grows();

create function audit_partition_of(at timestamptz) returns text language sql stable as $$
  select 'audit_logs_' || to_char(at at time zone 'UTC', 'YYYY_MM')
$$;

-- Built apart and then attached, which unlike "create table … partition of" does not keep readers of the log waiting.
create function ensure_audit_partition(at timestamptz) returns boolean language plpgsql as $$
declare
  name text := audit_partition_of(at);
  month timestamp := date_trunc('month', at at time zone 'UTC');
begin
  if to_regclass(name) is not null then return false; end if;
  execute format('create table %I (like audit_logs including constraints)', name);
  execute format('create trigger audit_is_append_only_truncate before truncate on %I
                    for each statement execute function audit_is_append_only()', name);
  execute format('alter table audit_logs attach partition %I for values from (%L) to (%L)',
                 name, month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
  return true;
end $$;

-- An instant as it stands in the canonical form of a line.
create function audit_instant(at timestamptz) returns text language sql stable as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Appends lines: [{messageId, kind, actor, purchaseId, transactionId, userId, eventId, amountMinor, currency, requestId,
-- occurredAt, before, after, details}], the last three as canonical JSON (RFC 8785) in a string. A line's hash is the SHA-256
-- of the canonical JSON of its fields, "previous" among them, which is put together here in the order of their names.
--
-- Returns one row per message id: recorded, duplicate (it has its line already) or conflict (it has one that tells of
-- something else).
create function append_audit_lines_at(lines jsonb, at timestamptz) returns table (message_id uuid, outcome text)
language plpgsql as $$
declare
  head audit_chain;
  line record;
  ids bigint[] := '{}';
  places bigint[] := '{}';
  digests bytea[] := '{}';
  hashes bytea[] := '{}';
  next_id bigint;
  next_hash bytea;
  now_text text;
begin
  select * into strict head from audit_chain for update;
  at := greatest(at, head.last_recorded_at);
  perform ensure_audit_partition(at);
  now_text := audit_instant(at);
  next_id := head.last_id;
  next_hash := head.last_hash;
  for line in
    select x.*, m.digest as known_digest,
           sha256(convert_to(jsonb_build_array(x.kind, x."purchaseId", x."eventId", x."amountMinor")::text, 'UTF8')) as digest
      from (
        select *, row_number() over (partition by "messageId" order by place) as copy
          from rows from (jsonb_to_recordset(lines) as (
                 "messageId" uuid, kind text, actor text, "purchaseId" uuid, "transactionId" text, "userId" text,
                 "eventId" text, "amountMinor" bigint, currency text, "requestId" text, "occurredAt" timestamptz,
                 before text, after text, details text)) with ordinality as r(
                 "messageId", kind, actor, "purchaseId", "transactionId", "userId",
                 "eventId", "amountMinor", currency, "requestId", "occurredAt",
                 before, after, details, place)
      ) x
      left join audit_messages m on m.message_id = x."messageId"
     where x.copy = 1
     order by x.place
  loop
    message_id := line."messageId";
    if line.known_digest is not null then
      outcome := case when line.known_digest = line.digest then 'duplicate' else 'conflict' end;
      return next;
      continue;
    end if;
    next_id := next_id + 1;
    next_hash := sha256(convert_to(
      '{"actor":' || coalesce(to_json(line.actor)::text, 'null')
      || ',"after":' || coalesce(line.after, 'null')
      || ',"amountMinor":' || coalesce(line."amountMinor"::text, 'null')
      || ',"before":' || coalesce(line.before, 'null')
      || ',"currency":' || coalesce(to_json(line.currency)::text, 'null')
      || ',"details":' || line.details
      || ',"eventId":' || coalesce(to_json(line."eventId")::text, 'null')
      || ',"id":' || next_id
      || ',"kind":' || to_json(line.kind)::text
      || ',"messageId":"' || line."messageId"
      || '","occurredAt":"' || audit_instant(line."occurredAt")
      || '","previous":"' || encode(next_hash, 'hex')
      || '","purchaseId":' || coalesce(to_json(line."purchaseId")::text, 'null')
      || ',"recordedAt":"' || now_text
      || '","requestId":' || coalesce(to_json(line."requestId")::text, 'null')
      || ',"transactionId":' || coalesce(to_json(line."transactionId")::text, 'null')
      || ',"userId":' || coalesce(to_json(line."userId")::text, 'null')
      || '}', 'UTF8'));
    ids := ids || next_id;
    places := places || line.place;
    digests := digests || line.digest;
    hashes := hashes || next_hash;
    outcome := 'recorded';
    return next;
  end loop;
  if next_id = head.last_id then return; end if;

  insert into audit_logs (id, message_id, kind, actor, purchase_id, transaction_id, user_id, event_id, amount_minor,
                          currency, request_id, state_before, state_after, details, occurred_at, recorded_at,
                          previous_hash, hash)
  select n.id, x."messageId", x.kind, x.actor, x."purchaseId", x."transactionId", x."userId", x."eventId",
         x."amountMinor", x.currency, x."requestId", x.before::jsonb, x.after::jsonb, x.details::jsonb,
         x."occurredAt", at, coalesce(lag(n.hash) over (order by n.id), head.last_hash), n.hash
    from unnest(ids, places, hashes) as n(id, place, hash)
    join rows from (jsonb_to_recordset(lines) as (
           "messageId" uuid, kind text, actor text, "purchaseId" uuid, "transactionId" text, "userId" text,
           "eventId" text, "amountMinor" bigint, currency text, "requestId" text, "occurredAt" timestamptz,
           before text, after text, details text)) with ordinality as x(
           "messageId", kind, actor, "purchaseId", "transactionId", "userId",
           "eventId", "amountMinor", currency, "requestId", "occurredAt",
           before, after, details, place) on x.place = n.place;

  insert into audit_messages (message_id, audit_id, digest)
  select (lines -> (n.place - 1)::integer ->> 'messageId')::uuid, n.id, n.digest
    from unnest(ids, places, digests) as n(id, place, digest);

  update audit_chain set last_id = next_id, last_hash = next_hash, last_recorded_at = at;
end $$;

create function append_audit_lines(lines jsonb) returns table (message_id uuid, outcome text)
language sql security definer set search_path = public, pg_temp as $$
  select * from append_audit_lines_at(lines, clock_timestamp())
$$;

-- Makes the partitions of this month and the next ones; returns the names of the new ones.
create function prepare_audit_partitions(months_ahead integer) returns setof text
language sql security definer set search_path = public, pg_temp as $$
  select audit_partition_of(m.at)
    from (select now() + make_interval(months => n) as at from generate_series(0, least(months_ahead, 24)) as n) m
   where ensure_audit_partition(m.at)
$$;

-- The partitions whose whole month is older than the retention, oldest first.
create function due_audit_partitions() returns table (partition text, starts_at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.name, p.month at time zone 'UTC', (p.month + interval '1 month') at time zone 'UTC'
    from (
      select c.relname::text as name, to_timestamp(right(c.relname::text, 7), 'YYYY_MM')::timestamp as month
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'audit_logs'::regclass
    ) p
    join audit_retention r on r.months is not null
   where p.month + interval '1 month'
         <= date_trunc('month', now() at time zone 'UTC') - make_interval(months => r.months)
   order by p.month
$$;

-- Drops the oldest partition, if it is due, and keeps the end of its chain as the anchor of what stands. The caller has
-- verified its lines: a broken chain is evidence, and stays.
create function drop_audit_partition(name text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  oldest text := (select d.partition from due_audit_partitions() d limit 1);
  cut audit_anchors;
begin
  if oldest is distinct from name then return false; end if;
  perform from audit_chain for update;
  execute format('select %L, min(id), max(id), (select hash from %I order by id desc limit 1), min(recorded_at),
                         max(recorded_at), now() from %I', name, name, name) into cut;
  if cut.last_id is not null then
    if cut.first_id <> coalesce((select max(last_id) from audit_anchors), 0) + 1 then
      raise exception 'partition % begins with line %, which does not follow what was dropped before', name, cut.first_id;
    end if;
    insert into audit_anchors values (cut.*);
  end if;
  execute format('drop table %I', name);
  return true;
end $$;

-- What was written before there was a chain gets its place in it, in the order of writing.
create function canonical_json_of(value jsonb) returns text language plpgsql immutable as $$
begin
  return case jsonb_typeof(value)
    when 'object' then (
      select '{' || coalesce(string_agg(to_json(key)::text || ':' || canonical_json_of(member), ','
                                        order by key collate "C"), '') || '}'
        from jsonb_each(value) as e(key, member))
    when 'array' then (
      select '[' || coalesce(string_agg(canonical_json_of(element), ',' order by place), '') || ']'
        from jsonb_array_elements(value) with ordinality as e(element, place))
    when 'string' then to_json(value #>> '{}')::text
    else value::text
  end;
end $$;

do $$
declare
  old record;
begin
  for old in
    select recorded_at, jsonb_agg(jsonb_build_object(
             'messageId', message_id, 'kind', kind, 'actor', coalesce(details ->> 'operator', user_id),
             'purchaseId', purchase_id, 'transactionId', transaction_id, 'userId', user_id, 'eventId', event_id,
             'amountMinor', amount_minor, 'currency', currency, 'requestId', request_id, 'occurredAt', occurred_at,
             'details', canonical_json_of(details)) order by id) as lines
      from audit_logs_unchained
     group by recorded_at
     order by recorded_at
  loop
    perform append_audit_lines_at(old.lines, old.recorded_at);
  end loop;
end $$;

drop function canonical_json_of;
drop table audit_logs_unchained;
select count(*) from prepare_audit_partitions(2);

revoke all on function audit_is_append_only, audit_chain_grows, audit_partition_of, ensure_audit_partition, audit_instant,
  append_audit_lines_at, append_audit_lines, prepare_audit_partitions, due_audit_partitions, drop_audit_partition from public;
grant execute on function append_audit_lines, prepare_audit_partitions, due_audit_partitions, drop_audit_partition,
  audit_instant to box_office;
grant select on audit_logs, audit_messages, audit_chain, audit_anchors, audit_retention to box_office;

-- Down Migration

alter table audit_logs rename to audit_logs_chained;
create table audit_logs (
  id bigint generated always as identity primary key,
  message_id uuid not null unique,
  kind text not null,
  purchase_id uuid,
  transaction_id text,
  user_id text,
  event_id text,
  amount_minor bigint,
  currency text,
  request_id text,
  details jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now()
);
insert into audit_logs (message_id, kind, purchase_id, transaction_id, user_id, event_id, amount_minor, currency, request_id,
                        details, occurred_at, recorded_at)
select message_id, kind, purchase_id, transaction_id, user_id, event_id, amount_minor, currency, request_id, details,
       occurred_at, recorded_at
  from audit_logs_chained order by id;
drop function append_audit_lines, append_audit_lines_at, prepare_audit_partitions, due_audit_partitions, drop_audit_partition,
  ensure_audit_partition, audit_partition_of, audit_instant;
drop table audit_logs_chained, audit_messages, audit_chain, audit_anchors, audit_retention;
drop function audit_is_append_only, audit_chain_grows;
create index audit_logs_by_purchase on audit_logs (purchase_id);
create index audit_logs_by_event on audit_logs (event_id, occurred_at);
grant select, insert on audit_logs to box_office;
