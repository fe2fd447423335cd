-- Transfers: a ticket that its buyer gives to somebody else.

alter table event_tickets add column holder_id text;

comment on column event_tickets.holder_id is
  'Who took the ticket over and is shown its code; null: its buyer. The buyer stays the one who paid for it.';

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

comment on table ticket_transfers is 'One row per offer of a ticket to the person who has its code. It takes effect when accepted.';
comment on column ticket_transfers.ticket_id is 'The ticket that is offered.';
comment on column ticket_transfers.offered_by is 'Holder of the ticket: the subject of a token.';
comment on column ticket_transfers.code_hash is 'SHA-256 of the code, which is shown once and not stored.';
comment on column ticket_transfers.offered_at is 'When the offer was made.';
comment on column ticket_transfers.expires_at is 'From then on it cannot be accepted: after its lifetime, and when the event ends.';
comment on column ticket_transfers.withdrawn_at is 'When the holder withdrew the offer or made a newer one.';
comment on column ticket_transfers.accepted_by is 'Who took the ticket over: the subject of a token.';
comment on column ticket_transfers.accepted_at is 'When the ticket changed hands.';

create unique index ticket_transfers_one_offer on ticket_transfers (ticket_id)
  where accepted_at is null and withdrawn_at is null;
comment on index ticket_transfers_one_offer is 'A ticket has one offer at a time.';

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

-- As before, and a buyer's cancellation never claims a ticket that somebody else has taken over.
create or replace function ticket_is_cancelled_once() returns trigger language plpgsql as $$
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

grant select, insert, update on ticket_transfers to box_office;
