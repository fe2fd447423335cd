-- Up Migration

-- One row per timed hold: capacity that is kept for a buyer until it is used, given back or lapses.
create table ticket_holds (
  id uuid primary key,
  fingerprint text not null,
  user_id text not null,
  -- No foreign key: a hold for an event that does not exist is refused, and that refusal is kept here too.
  event_id text not null,
  -- [{ticketType, quantity}], by ascending ticket type.
  wanted jsonb not null,
  -- [{ticketType, serials}]: empty if it was refused.
  items jsonb not null,
  -- How many serials that is.
  tickets integer not null check (tickets >= 0),
  status text not null check (status in ('active', 'used', 'expired', 'released', 'refused')),
  refusal jsonb,
  -- When an active hold may be ended by its timer. Until that has happened it stands, however late the timer is.
  expires_at timestamptz,
  purchase_id uuid references event_ticket_transactions (id),
  request_id text not null,
  -- The workflow that ends it; one that is active with no such workflow running was left behind.
  owner_workflow_id text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((refusal is not null) = (status = 'refused')),
  check ((expires_at is null) = (status = 'refused')),
  check ((tickets = 0) = (status = 'refused')),
  check ((purchase_id is not null) = (status = 'used'))
);

create index ticket_holds_active_by_event on ticket_holds (event_id) where status = 'active';
create index ticket_holds_active_by_end on ticket_holds (expires_at) where status = 'active';
create unique index ticket_holds_by_purchase on ticket_holds (purchase_id) where purchase_id is not null;

create function hold_change_is_legal() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and old.status <> 'active' then
    raise exception 'hold %: it is % and stays so', old.id, old.status
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  if (new.event_id, new.user_id, new.items, new.tickets) is distinct from
     (old.event_id, old.user_id, old.items, old.tickets) then
    raise exception 'hold %: what it holds and for whom never changes', old.id
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;

create trigger hold_change_is_legal before update on ticket_holds
  for each row execute function hold_change_is_legal();

-- How many tickets of an event a buyer has: those pending or valid, and those in active holds. Moved by the triggers below
-- and by nothing else. An operator may lower the limit below it, so only an increase is checked.
create table event_buyers (
  event_id text not null,
  user_id text not null,
  tickets integer not null,
  primary key (event_id, user_id)
) with (fillfactor = 80);

-- Rows are locked in the order of event and buyer, so that groups of purchases do not deadlock.
create function count_for_buyers(event_ids text[], user_ids text[], changes integer[]) returns void language plpgsql as $$
declare
  offender record;
begin
  with change as (
    select * from unnest(event_ids, user_ids, changes) as c(event_id, user_id, tickets) order by event_id, user_id
  ), counted as (
    insert into event_buyers as b (event_id, user_id, tickets)
    select event_id, user_id, tickets from change
    on conflict (event_id, user_id) do update set tickets = b.tickets + excluded.tickets
    returning b.event_id, b.user_id, b.tickets
  )
  select n.event_id, n.user_id, n.tickets, e.limit_per_buyer into offender
    from counted n
    join change c on c.event_id = n.event_id and c.user_id = n.user_id
    join events e on e.id = n.event_id
   where c.tickets > 0 and n.tickets > e.limit_per_buyer
   limit 1;
  if found then
    raise exception 'buyer % would have % tickets of event %, the limit is %',
      offender.user_id, offender.tickets, offender.event_id, offender.limit_per_buyer
      using errcode = 'check_violation', constraint = 'tickets_are_within_buyer_limit';
  end if;
end $$;

create function tickets_count_for_buyers() returns trigger language plpgsql as $$
declare
  event_ids text[];
  user_ids text[];
  changes integer[];
begin
  if tg_op = 'INSERT' then
    select array_agg(event_id), array_agg(user_id), array_agg(n) into event_ids, user_ids, changes from (
      select event_id, user_id, count(*) as n from new_rows where status in ('pending', 'valid')
       group by event_id, user_id
    ) c;
  elsif tg_op = 'DELETE' then
    select array_agg(event_id), array_agg(user_id), array_agg(n) into event_ids, user_ids, changes from (
      select event_id, user_id, -count(*) as n from old_rows where status in ('pending', 'valid')
       group by event_id, user_id
    ) c;
  else
    select array_agg(event_id), array_agg(user_id), array_agg(n) into event_ids, user_ids, changes from (
      select event_id, user_id, sum(n) as n from (
        select event_id, user_id, 1 as n from new_rows where status in ('pending', 'valid')
        union all
        select event_id, user_id, -1 from old_rows where status in ('pending', 'valid')
      ) r group by event_id, user_id having sum(n) <> 0
    ) c;
  end if;
  if event_ids is not null then perform count_for_buyers(event_ids, user_ids, changes); end if;
  return null;
end $$;

create trigger count_for_buyers_inserted after insert on event_tickets
  referencing new table as new_rows for each statement execute function tickets_count_for_buyers();
create trigger count_for_buyers_updated after update on event_tickets
  referencing old table as old_rows new table as new_rows for each statement execute function tickets_count_for_buyers();
create trigger count_for_buyers_deleted after delete on event_tickets
  referencing old table as old_rows for each statement execute function tickets_count_for_buyers();

create function holds_count_for_buyers() returns trigger language plpgsql as $$
declare
  event_ids text[];
  user_ids text[];
  changes integer[];
begin
  if tg_op = 'INSERT' then
    select array_agg(event_id), array_agg(user_id), array_agg(n) into event_ids, user_ids, changes from (
      select event_id, user_id, sum(tickets) as n from new_rows where status = 'active' group by event_id, user_id
    ) c;
  else
    select array_agg(event_id), array_agg(user_id), array_agg(n) into event_ids, user_ids, changes from (
      select event_id, user_id, sum(n) as n from (
        select event_id, user_id, tickets as n from new_rows where status = 'active'
        union all
        select event_id, user_id, -tickets from old_rows where status = 'active'
      ) r group by event_id, user_id having sum(n) <> 0
    ) c;
  end if;
  if event_ids is not null then perform count_for_buyers(event_ids, user_ids, changes); end if;
  return null;
end $$;

create trigger count_for_buyers_inserted after insert on ticket_holds
  referencing new table as new_rows for each statement execute function holds_count_for_buyers();
create trigger count_for_buyers_updated after update on ticket_holds
  referencing old table as old_rows new table as new_rows for each statement execute function holds_count_for_buyers();

-- What was sold before. The triggers stand already, and their creation keeps writers out until this transaction ends.
insert into event_buyers (event_id, user_id, tickets)
select event_id, user_id, count(*) from event_tickets where status in ('pending', 'valid') group by event_id, user_id;

grant select, insert, update on ticket_holds, event_buyers to box_office;

-- Down Migration

drop trigger count_for_buyers_inserted on event_tickets;
drop trigger count_for_buyers_updated on event_tickets;
drop trigger count_for_buyers_deleted on event_tickets;
drop table event_buyers, ticket_holds;
drop function holds_count_for_buyers, tickets_count_for_buyers, count_for_buyers, hold_change_is_legal;
