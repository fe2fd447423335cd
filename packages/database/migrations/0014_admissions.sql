-- Admissions: what doors were answered, and who is in.

alter table event_tickets add column admission_id uuid;

comment on column event_tickets.admission_id is
  'The check-in that admitted the ticket; null while it is not admitted. Set where the version is that of the '
  'code and no cancellation has claimed the ticket. Not a foreign key, which would be checked for each ticket sold.';

create table ticket_check_ins (
  id uuid primary key,
  fingerprint text not null,
  event_id text,
  ticket_id uuid references event_tickets (id),
  ticket_type text,
  serial integer,
  gate text not null,
  staff text not null,
  channel text not null check (channel in ('api', 'cli')),
  request_id text not null,
  result text not null check (result in (
    'admitted', 'already_admitted', 'cancelled', 'outdated', 'other_event', 'other_day', 'unknown_ticket', 'forged',
    'unreadable'
  )),
  admitted_before uuid references ticket_check_ins (id),
  checked_at timestamptz not null default now(),
  undone_at timestamptz,
  undone_by text,
  undo_reason text,
  check ((result = 'already_admitted') = (admitted_before is not null)),
  check (undone_at is null or (result = 'admitted' and undone_by is not null and undo_reason is not null))
);

comment on table ticket_check_ins is
  'One row per code that was presented at a door, with the answer, which a repeat of the request gets again.';
comment on column ticket_check_ins.id is 'Derived from the staff member and the idempotency key.';
comment on column ticket_check_ins.fingerprint is 'SHA-256 of the request: the same key with another one is refused.';
comment on column ticket_check_ins.ticket_id is 'The ticket of the code; null if the code is of none.';
comment on column ticket_check_ins.serial is 'Number of the ticket within its event and type.';
comment on column ticket_check_ins.gate is 'Where the code was presented, as the staff names it.';
comment on column ticket_check_ins.staff is 'Subject of the token.';
comment on column ticket_check_ins.channel is 'Program that was used.';
comment on column ticket_check_ins.request_id is 'Id of the HTTP request, for logs.';
comment on column ticket_check_ins.result is
  'admitted, or why not. outdated: the code is of an earlier version of the ticket.';
comment on column ticket_check_ins.admitted_before is 'The check-in that had admitted the ticket.';
comment on column ticket_check_ins.checked_at is 'When the code was presented.';
comment on column ticket_check_ins.undone_at is 'When the admission was undone; null: it was not.';
comment on column ticket_check_ins.undone_by is 'Subject of the token that undid it.';
comment on column ticket_check_ins.undo_reason is 'Free text of who undid it.';

create unique index ticket_check_ins_one_admission on ticket_check_ins (ticket_id)
  where result = 'admitted' and undone_at is null;
comment on index ticket_check_ins_one_admission is 'A ticket is admitted once.';

create table event_admissions (
  event_id text not null references events (id),
  ticket_type text not null,
  gate text not null,
  admitted integer not null check (admitted >= 0),
  primary key (event_id, ticket_type, gate)
) with (fillfactor = 80);

comment on table event_admissions is
  'Who is in, by ticket type and gate. Counted with each admission, so reading it costs the same for events of any size.';
comment on column event_admissions.gate is 'Where they were admitted, as the staff names it.';
comment on column event_admissions.admitted is 'Tickets that are admitted, without those that were undone.';

create function ticket_is_admitted_once() returns trigger language plpgsql as $$
begin
  if new.admission_id is not null
     and (old.admission_id is not null or old.cancellation_id is not null or old.status <> 'valid') then
    raise exception 'ticket %: only a valid ticket that is not admitted yet can be admitted', old.id
      using errcode = 'check_violation', constraint = 'ticket_is_admitted_once';
  end if;
  return new;
end $$;

create trigger ticket_is_admitted_once before update of admission_id on event_tickets
  for each row when (new.admission_id is distinct from old.admission_id)
  execute function ticket_is_admitted_once();

-- As before, and a buyer's cancellation never claims a ticket that was used.
create or replace function ticket_is_cancelled_once() returns trigger language plpgsql as $$
begin
  if old.cancellation_id is not null or old.status <> 'valid' then
    raise exception 'ticket %: only a valid ticket that no cancellation has claimed can be claimed by one', old.id
      using errcode = 'check_violation', constraint = 'ticket_is_cancelled_once';
  end if;
  if old.admission_id is not null and not (select by_operator from ticket_cancellations where id = new.cancellation_id) then
    raise exception 'ticket %: its buyer cannot cancel it any more, it was admitted', old.id
      using errcode = 'check_violation', constraint = 'ticket_is_cancelled_once';
  end if;
  return new;
end $$;

grant select, insert, update on ticket_check_ins, event_admissions to box_office;
