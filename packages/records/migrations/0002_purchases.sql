-- Up Migration

-- One row per purchase: its claim, its state machine and its outcome. The arbiter of the whole system.
create table event_ticket_transactions (
  id uuid primary key,
  transaction_id text not null unique,
  fingerprint text not null,
  user_id text not null,
  -- No foreign key: a purchase of an event that does not exist is refused, and that refusal is kept here too.
  event_id text not null,
  -- [{ticketType, quantity, priceMinor}]: the price as it was quoted when the purchase was claimed.
  items jsonb not null,
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  payment_method text not null,
  payment_attempt integer not null default 1,
  authorisation_id text,
  request_id text not null,
  status text not null check (
    status in ('claimed', 'persisted', 'confirmed', 'undoing', 'declined', 'refused', 'undone', 'cancelled')
  ),
  -- The final answer to the buyer; once written it never changes (invariant 4).
  outcome jsonb,
  -- The outcome that stands when undoing is done, decided when undoing begins.
  undo_outcome jsonb,
  cancel_requested_at timestamptz,
  confirmed_at timestamptz,
  owner_workflow_id text not null,
  owner_run_id text not null,
  -- Runs that owned this purchase before; a late write of one of them must not win it back.
  past_run_ids text[] not null default '{}',
  epoch integer not null default 1,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((outcome is not null) = (status in ('confirmed', 'declined', 'refused', 'undone', 'cancelled'))),
  check (status <> 'undoing' or undo_outcome is not null)
-- Room for the two updates of a purchase's life in the page of its row; no index names what the first one changes.
) with (fillfactor = 50);

create index event_ticket_transactions_by_user on event_ticket_transactions (user_id, created_at);
create index event_ticket_transactions_by_event on event_ticket_transactions (event_id, created_at);
create index event_ticket_transactions_open on event_ticket_transactions (created_at) where outcome is null;

create function purchase_status_is_legal() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and not (old.status, new.status) in (
    ('claimed', 'persisted'), ('claimed', 'undoing'), ('claimed', 'refused'),
    ('persisted', 'confirmed'), ('persisted', 'undoing'),
    ('undoing', 'declined'), ('undoing', 'refused'), ('undoing', 'undone'),
    ('confirmed', 'cancelled')
  ) then
    raise exception 'purchase %: % cannot become %', old.id, old.status, new.status
      using errcode = 'check_violation', constraint = 'purchase_status_is_legal';
  end if;
  if old.outcome is not null and new.outcome is distinct from old.outcome then
    raise exception 'purchase %: its outcome is final', old.id
      using errcode = 'check_violation', constraint = 'purchase_outcome_is_final';
  end if;
  if new.epoch < old.epoch then
    raise exception 'purchase %: its epoch cannot fall', old.id
      using errcode = 'check_violation', constraint = 'purchase_epoch_rises';
  end if;
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end $$;

create trigger purchase_status_is_legal before update on event_ticket_transactions
  for each row execute function purchase_status_is_legal();

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
  -- Its serial is taken. The indexes go by this and not by the status, so that making a ticket valid touches none of them.
  living boolean not null generated always as (status in ('pending', 'valid')) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (event_id, ticket_type) references event_ticket_types (event_id, name)
) with (fillfactor = 50);

-- Invariant 2: no two living tickets of one event and type bear the same serial number.
create unique index event_tickets_one_per_serial on event_tickets (event_id, ticket_type, serial)
  where living;
create index event_tickets_by_purchase on event_tickets (purchase_id);
create index event_tickets_by_user on event_tickets (user_id, created_at, event_id, ticket_type, serial)
  where living;

-- Invariant 2: none is above the capacity. One look per statement and ticket type; the share lock makes a
-- lowering of the total wait for the tickets that are being inserted, and the other way round.
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
    raise exception 'ticket %: its seat and purchase never change', old.id
      using errcode = 'check_violation', constraint = 'ticket_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;

create trigger ticket_change_is_legal before update or delete on event_tickets
  for each row execute function ticket_change_is_legal();

grant select, insert, update on event_ticket_transactions to box_office;
grant select, insert, update, delete on event_tickets to box_office;

-- Down Migration

drop table event_tickets, event_ticket_transactions;
drop function ticket_change_is_legal, serials_are_within_total, purchase_status_is_legal;
