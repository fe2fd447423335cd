-- Up Migration

alter table events
  drop constraint events_status_check,
  add constraint events_status_check check (status in ('on_sale', 'closed', 'cancelled')),
  -- Until when buyers may cancel; null: until the event starts.
  add column cancellable_until timestamptz;

-- The event is cancelled: what is not confirmed yet never will be. It stands here too, because persisting and finalising
-- hold a share lock on this row, so that each of them is on one known side of the cancellation.
alter table event_inventory add column event_cancelled boolean not null default false;

create function event_stays_cancelled() returns trigger language plpgsql as $$
begin
  raise exception 'event %: it is cancelled and stays so', old.id
    using errcode = 'check_violation', constraint = 'event_stays_cancelled';
end $$;

create trigger event_stays_cancelled before update of status on events
  for each row when (old.status = 'cancelled' and new.status <> 'cancelled')
  execute function event_stays_cancelled();

-- One row per cancellation of a purchase or of some of its tickets: who wants it, why, and how far it is.
create table ticket_cancellations (
  id uuid primary key,
  purchase_id uuid not null references event_ticket_transactions (id),
  event_id text not null,
  -- Null: the whole purchase, whatever is left of it.
  wanted_tickets uuid[],
  requested_by text not null,
  by_operator boolean not null,
  reason text not null,
  request_id text not null,
  requested_at timestamptz not null,
  status text not null check (status in ('waiting', 'refunding', 'cancelled')),
  -- What goes back to the buyer: the sum of the prices of its tickets, fixed when they were claimed.
  amount_minor bigint not null default 0 check (amount_minor >= 0),
  currency text not null,
  refund_id text,
  cancelled_at timestamptz,
  -- When its capacity was back in Redis and its messages were confirmed: nothing is left to do.
  settled_at timestamptz,
  updated_at timestamptz not null default now(),
  check ((cancelled_at is not null) = (status = 'cancelled')),
  check (settled_at is null or status = 'cancelled')
);

create index ticket_cancellations_by_purchase on ticket_cancellations (purchase_id);
create index ticket_cancellations_by_event on ticket_cancellations (event_id);
create index ticket_cancellations_unsettled on ticket_cancellations (event_id, updated_at) where settled_at is null;

create function cancellation_change_is_legal() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and not (old.status, new.status) in (
    ('waiting', 'refunding'), ('waiting', 'cancelled'), ('refunding', 'cancelled')
  ) then
    raise exception 'cancellation %: % cannot become %', old.id, old.status, new.status
      using errcode = 'check_violation', constraint = 'cancellation_change_is_legal';
  end if;
  if new.purchase_id <> old.purchase_id or (new.amount_minor <> old.amount_minor and old.status <> 'waiting') then
    raise exception 'cancellation %: its purchase and amount never change', old.id
      using errcode = 'check_violation', constraint = 'cancellation_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;

create trigger cancellation_change_is_legal before update on ticket_cancellations
  for each row execute function cancellation_change_is_legal();

-- A ticket is claimed by exactly one cancellation before its money moves, and so is never refunded twice.
alter table event_tickets
  add column cancellation_id uuid references ticket_cancellations (id),
  add constraint cancelled_by_a_cancellation check (status <> 'cancelled' or cancellation_id is not null);

create index event_tickets_by_cancellation on event_tickets (cancellation_id) where cancellation_id is not null;

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

-- One row per cancelled event: what its buyers are refunded is in the rows above.
create table event_cancellations (
  event_id text primary key references events (id),
  requested_by text not null,
  reason text not null,
  request_id text not null,
  requested_at timestamptz not null default now(),
  finished_at timestamptz
);

grant select, insert, update on ticket_cancellations, event_cancellations to box_office;

-- Down Migration

drop table event_cancellations;
drop trigger ticket_is_cancelled_once on event_tickets;
alter table event_tickets drop constraint cancelled_by_a_cancellation, drop column cancellation_id;
drop table ticket_cancellations;
drop trigger event_stays_cancelled on events;
drop function ticket_is_cancelled_once, cancellation_change_is_legal, event_stays_cancelled;
alter table event_inventory drop column event_cancelled;
update events set status = 'closed' where status = 'cancelled';
alter table events
  drop column cancellable_until,
  drop constraint events_status_check,
  add constraint events_status_check check (status in ('on_sale', 'closed'));
