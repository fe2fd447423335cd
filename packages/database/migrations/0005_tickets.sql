-- Tickets: what was sold.

create table event_tickets (
  id uuid primary key,
  event_id text not null,
  ticket_type text not null,
  serial integer not null check (serial > 0),
  purchase_id uuid not null references event_ticket_transactions (id),
  user_id text not null,
  price_minor bigint not null,
  currency text not null,
  status text not null check (status in ('pending', 'valid', 'void', 'cancelled')),
  serial_in_use boolean not null generated always as (status in ('pending', 'valid')) stored,
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
comment on column event_tickets.price_minor is 'Price that was paid for it, in minor units of the currency.';
comment on column event_tickets.status is
  'pending (not paid yet, shown to no buyer), valid, void (the purchase was undone) or cancelled (refunded).';
comment on column event_tickets.serial_in_use is
  'The ticket is pending or valid. The indexes use this instead of the status, so making a ticket valid changes none '
  'of them.';
comment on column event_tickets.cancellation_id is
  'The cancellation that claimed the ticket. It is set once, before money moves, so a ticket is never refunded twice.';

create unique index event_tickets_one_per_serial on event_tickets (event_id, ticket_type, serial)
  where serial_in_use;
comment on index event_tickets_one_per_serial is
  'No two pending or valid tickets of one event and type have the same serial.';
create index event_tickets_by_purchase on event_tickets (purchase_id);
create index event_tickets_by_user on event_tickets (user_id, created_at, event_id, ticket_type, serial)
  where serial_in_use;
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

create function ticket_is_cancelled_once() returns trigger language plpgsql as $$
begin
  if old.cancellation_id is not null or old.status <> 'valid' then
    raise exception 'ticket %: only a valid ticket that no cancellation has claimed can be claimed by one', old.id
      using errcode = 'check_violation', constraint = 'ticket_is_cancelled_once';
  end if;
  return new;
end $$;

create trigger ticket_is_cancelled_once before update of cancellation_id on event_tickets
  for each row when (new.cancellation_id is distinct from old.cancellation_id)
  execute function ticket_is_cancelled_once();

grant select, insert, update, delete on event_tickets to box_office;
