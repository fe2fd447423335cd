-- How many tickets of an event each buyer has. Triggers on tickets and holds keep the count and refuse what is above
-- the limit.

create table event_buyers (
  event_id text not null,
  user_id text not null,
  tickets integer not null,
  primary key (event_id, user_id)
) with (fillfactor = 80);

comment on table event_buyers is
  'Tickets of each buyer, per event. Only triggers write it. An operator may lower the limit below it, so only an '
  'increase is checked.';
comment on column event_buyers.tickets is 'Pending and valid tickets, and those in active holds.';

-- Locks rows in the order of event and buyer, so that batches of purchases do not deadlock.
--
-- within_limit is false for a hold that is returned: its buyer's limit may have been lowered meanwhile, and a return
-- takes nothing that was promised to others.
create function count_for_buyers(
  event_ids text[], user_ids text[], changes integer[], within_limit boolean default true
) returns void language plpgsql as $$
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
   where within_limit and c.tickets > 0 and n.tickets > e.limit_per_buyer
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
  referencing old table as old_rows new table as new_rows
  for each statement execute function tickets_count_for_buyers();
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
  if event_ids is not null then perform count_for_buyers(event_ids, user_ids, changes, tg_op = 'INSERT'); end if;
  return null;
end $$;

create trigger count_for_buyers_inserted after insert on ticket_holds
  referencing new table as new_rows for each statement execute function holds_count_for_buyers();
create trigger count_for_buyers_updated after update on ticket_holds
  referencing old table as old_rows new table as new_rows
  for each statement execute function holds_count_for_buyers();

grant select, insert, update on event_buyers to box_office;
