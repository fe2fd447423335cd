-- Functions of the audit log: its partitions, how lines are appended, and how the oldest ones are dropped.

-- Partitions: one per month (UTC), created in advance and dropped by the retention.

create function audit_partition_of(at timestamptz) returns text language sql stable as $$
  select 'audit_logs_' || to_char(at at time zone 'UTC', 'YYYY_MM')
$$;

-- Created first and then attached: unlike "create table … partition of", that does not block readers of the log.
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

-- Writing.

-- An instant in the canonical form of a line.
create function audit_instant(at timestamptz) returns text language sql stable as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Appends lines: [{messageId, kind, actor, purchaseId, transactionId, userId, eventId, amountMinor, currency,
-- requestId, occurredAt, before, after, details}], the last three as canonical JSON (RFC 8785) in a string. A line's
-- hash is the SHA-256 of the canonical JSON of its fields, "previous" among them, which is assembled here in the order
-- of their names.
--
-- Returns one row per message id: recorded, duplicate (it has its line already) or conflict (its line has another
-- digest).
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
           sha256(convert_to(
             jsonb_build_array(x.kind, x."purchaseId", x."eventId", x."amountMinor")::text, 'UTF8')) as digest
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

-- Creates the partitions of this month and of the next ones; returns the names of the new ones.
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

-- Drops the oldest partition, if it is due, and keeps the end of its chain as an anchor. The caller has verified its
-- lines: a broken chain is evidence and is kept. What is due is read under the lock of the chain: of two processes the
-- second one finds that the partition is gone, and drops nothing.
create function drop_audit_partition(name text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  oldest text;
  cut audit_anchors;
begin
  perform from audit_chain for update;
  oldest := (select d.partition from due_audit_partitions() d limit 1);
  if oldest is distinct from name then return false; end if;
  execute format('select %L, min(id), max(id), (select hash from %I order by id desc limit 1), min(recorded_at),
                         max(recorded_at), now() from %I', name, name, name) into cut;
  if cut.last_id is not null then
    if cut.first_id <> coalesce((select max(last_id) from audit_anchors), 0) + 1 then
      raise exception 'partition % begins with line %, which does not follow the last dropped line', name, cut.first_id;
    end if;
    insert into audit_anchors values (cut.*);
  end if;
  execute format('drop table %I', name);
  return true;
end $$;

select count(*) from prepare_audit_partitions(2);

revoke all on function
  audit_is_append_only, audit_chain_grows, audit_partition_of, ensure_audit_partition, audit_instant,
  append_audit_lines_at, append_audit_lines, prepare_audit_partitions, due_audit_partitions, drop_audit_partition
  from public;
grant execute on function
  append_audit_lines, prepare_audit_partitions, due_audit_partitions, drop_audit_partition, audit_instant
  to box_office;
