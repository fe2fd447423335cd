-- Tickets: what was sold, and tickets that their buyers give to somebody else.

create table event_tickets (
  id uuid primary key,
  event_id text not null,
  ticket_type text not null,
  serial integer not null check (serial > 0),
  purchase_id uuid not null references event_ticket_transactions (id),
  user_id text not null,
  holder_id text,
  version integer not null default 1,
  price_minor bigint not null,
  currency text not null,
  status text not null check (status in ('pending', 'valid', 'void', 'cancelled')),
  serial_in_use boolean not null generated always as (status in ('pending', 'valid')) stored,
  admission_id uuid,
  cancellation_id uuid references ticket_cancellations (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (event_id, ticket_type) references event_ticket_types (event_id, name),
  constraint cancelled_by_a_cancellation check (status <> 'cancelled' or cancellation_id is not null)
) with (fillfactor = 50, autovacuum_analyze_scale_factor = 0.02);

comment on table event_tickets is
  'One row per ticket. It only grows, so it is analysed after 2 % of changes; half of each page is left for updates.';
comment on column event_tickets.id is 'Derived from the purchase, the ticket type and the serial.';
comment on column event_tickets.serial is 'Number of the ticket within its event and type, from 1.';
comment on column event_tickets.holder_id is
  'Who took the ticket over and is shown its code; null: its buyer. The buyer stays the one who paid for it.';
comment on column event_tickets.version is
  'Part of the ticket''s signed code. A higher one makes every code that was given out before worthless.';
comment on column event_tickets.price_minor is 'Price that was paid for it, in minor units of the currency.';
comment on column event_tickets.status is
  'pending (not paid yet, shown to no buyer), valid, void (the purchase was undone) or cancelled (refunded).';
comment on column event_tickets.serial_in_use is
  'The ticket is pending or valid. The indexes use this instead of the status, so making a ticket valid changes none '
  'of them.';
comment on column event_tickets.admission_id is
  'The check-in that admitted the ticket; null while it is not admitted. Set where the version is that of the '
  'code and no cancellation has claimed the ticket. Not a foreign key, which would be checked for each ticket sold.';
comment on column event_tickets.cancellation_id is
  'The cancellation that claimed the ticket. It is set once, before money moves, so a ticket is never refunded twice.';

create unique index event_tickets_one_per_serial on event_tickets (event_id, ticket_type, serial)
  where serial_in_use;
comment on index event_tickets_one_per_serial is
  'No two pending or valid tickets of one event and type have the same serial.';
create index event_tickets_by_purchase on event_tickets (purchase_id);
create index event_tickets_by_user on event_tickets (user_id, created_at, event_id, ticket_type, serial)
  where serial_in_use;
create index event_tickets_by_holder on event_tickets (holder_id, id) where holder_id is not null;
create index event_tickets_by_cancellation on event_tickets (cancellation_id) where cancellation_id is not null;

-- No serial is above the total of its type. The total is read once per statement and type; the share lock makes a
-- reduction of the total wait for the tickets that are being inserted, and the other way round.
create function serials_are_within_total() returns trigger language plpgsql as $$
declare
  offender record;
begin
  select n.event_id, n.ticket_type, n.highest, t.total into offender
    from (select event_id, ticket_type, max(serial) as highest from inserted group by event_id, ticket_type) n
    join lateral (
      select total from event_ticket_types
       where event_id = n.event_id and name = n.ticket_type for share
    ) t on true
   where n.highest > t.total
   limit 1;
  if found then
    raise exception 'event % has only % tickets of type %, serial % is above that',
      offender.event_id, offender.total, offender.ticket_type, offender.highest
      using errcode = 'check_violation', constraint = 'serials_are_within_total';
  end if;
  return null;
end $$;

create trigger serials_are_within_total after insert on event_tickets
  referencing new table as inserted for each statement execute function serials_are_within_total();

create function ticket_change_is_legal() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.status <> 'pending' then
      raise exception 'ticket %: a % ticket is never deleted', old.id, old.status
        using errcode = 'check_violation', constraint = 'ticket_change_is_legal';
    end if;
    return old;
  end if;
  if new.status <> old.status and not (old.status, new.status) in (
    ('pending', 'valid'), ('pending', 'void'), ('valid', 'cancelled')
  ) then
    raise exception 'ticket %: % cannot become %', old.id, old.status, new.status
      using errcode = 'check_violation', constraint = 'ticket_change_is_legal';
  end if;
  if (new.event_id, new.ticket_type, new.serial, new.purchase_id) is distinct from
     (old.event_id, old.ticket_type, old.serial, old.purchase_id) then
    raise exception 'ticket %: its serial and purchase never change', old.id
      using errcode = 'check_violation', constraint = 'ticket_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;

create trigger ticket_change_is_legal before update or delete on event_tickets
  for each row execute function ticket_change_is_legal();

-- A cancellation claims a ticket once. That of a buyer never claims one that was used, or that somebody else has taken
-- over.
create function ticket_is_cancelled_once() returns trigger language plpgsql as $$
begin
  if old.cancellation_id is not null or old.status <> 'valid' then
    raise exception 'ticket %: only a valid ticket that no cancellation has claimed can be claimed by one', old.id
      using errcode = 'check_violation', constraint = 'ticket_is_cancelled_once';
  end if;
  if (old.admission_id is not null or old.holder_id is not null)
     and not (select by_operator from ticket_cancellations where id = new.cancellation_id) then
    raise exception 'ticket %: its buyer cannot cancel it any more, it was admitted or transferred', old.id
      using errcode = 'check_violation', constraint = 'ticket_is_cancelled_once';
  end if;
  return new;
end $$;

create trigger ticket_is_cancelled_once before update of cancellation_id on event_tickets
  for each row when (new.cancellation_id is distinct from old.cancellation_id)
  execute function ticket_is_cancelled_once();

-- A ticket is admitted once. An offline admission that was earlier by time becomes the ticket's admission when it is
-- reported.
create function ticket_is_admitted_once() returns trigger language plpgsql as $$
begin
  if new.admission_id is not null
     and (old.cancellation_id is not null or old.status <> 'valid' or (old.admission_id is not null and not exists (
       select from ticket_check_ins c join ticket_check_ins before on before.id = c.admitted_before
        where c.id = new.admission_id and before.id = old.admission_id
          and c.settled_at is not null and c.checked_at < before.checked_at))) then
    raise exception 'ticket %: only a valid ticket that is not admitted yet can be admitted', old.id
      using errcode = 'check_violation', constraint = 'ticket_is_admitted_once';
  end if;
  return new;
end $$;

create trigger ticket_is_admitted_once before update of admission_id on event_tickets
  for each row when (new.admission_id is distinct from old.admission_id)
  execute function ticket_is_admitted_once();

create function ticket_is_transferred_while_unused() returns trigger language plpgsql as $$
begin
  if old.status <> 'valid' or old.cancellation_id is not null or old.admission_id is not null
     or new.version <> old.version + 1 then
    raise exception 'ticket %: only a valid ticket that was not used changes hands, and its version rises', old.id
      using errcode = 'check_violation', constraint = 'ticket_is_transferred_while_unused';
  end if;
  return new;
end $$;

create trigger ticket_is_transferred_while_unused before update of holder_id on event_tickets
  for each row when (new.holder_id is distinct from old.holder_id)
  execute function ticket_is_transferred_while_unused();

-- Pending and valid tickets count for their buyers.
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

-- Doors without a connection are told of each change that they have to know.
create function note_change_for_doors() returns trigger language plpgsql as $$
begin
  insert into ticket_door_changes (ticket_id, event_id) values (new.id, new.event_id)
  on conflict (ticket_id) do update set changed_in = excluded.changed_in;
  return null;
end $$;

create trigger note_change_for_doors after update of admission_id, cancellation_id, version on event_tickets
  for each row when ((new.admission_id, new.cancellation_id, new.version)
    is distinct from (old.admission_id, old.cancellation_id, old.version))
  execute function note_change_for_doors();

create table ticket_transfers (
  id uuid primary key,
  ticket_id uuid not null references event_tickets (id),
  offered_by text not null,
  code_hash bytea not null unique check (octet_length(code_hash) = 32),
  offered_at timestamptz not null default now(),
  expires_at timestamptz not null,
  withdrawn_at timestamptz,
  accepted_by text,
  accepted_at timestamptz,
  check ((accepted_by is null) = (accepted_at is null)),
  check (accepted_at is null or withdrawn_at is null)
);

comment on table ticket_transfers is
  'One row per offer of a ticket to the person who has its code. It takes effect when accepted.';
comment on column ticket_transfers.ticket_id is 'The ticket that is offered.';
comment on column ticket_transfers.offered_by is 'Holder of the ticket: the subject of a token.';
comment on column ticket_transfers.code_hash is 'SHA-256 of the code, which is shown once and not stored.';
comment on column ticket_transfers.offered_at is 'When the offer was made.';
comment on column ticket_transfers.expires_at is
  'From then on it cannot be accepted: after its lifetime, and when the event ends.';
comment on column ticket_transfers.withdrawn_at is 'When the holder withdrew the offer or made a newer one.';
comment on column ticket_transfers.accepted_by is 'Who took the ticket over: the subject of a token.';
comment on column ticket_transfers.accepted_at is 'When the ticket changed hands.';

create unique index ticket_transfers_one_offer on ticket_transfers (ticket_id)
  where accepted_at is null and withdrawn_at is null;
comment on index ticket_transfers_one_offer is 'A ticket has one offer at a time.';

grant select, insert, update, delete on event_tickets to box_office;
grant select, insert, update on ticket_transfers to box_office;
