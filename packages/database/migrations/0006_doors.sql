-- Doors: what they were answered, who is in, and the list that a door keeps for when it has no connection.

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
  settled_at timestamptz,
  undone_at timestamptz,
  undone_by text,
  undo_reason text,
  check ((result = 'already_admitted') = (admitted_before is not null)),
  -- An offline admission can be undone whatever its result is.
  constraint only_admissions_are_undone check (
    undone_at is null
    or ((result = 'admitted' or settled_at is not null) and undone_by is not null and undo_reason is not null)
  )
);

comment on table ticket_check_ins is
  'One row per code or found ticket that was presented at a door, with the answer, which a repeat of the request gets '
  'again.';
comment on column ticket_check_ins.id is 'Derived from the staff member and the idempotency key.';
comment on column ticket_check_ins.fingerprint is 'SHA-256 of the request: the same key with another one is refused.';
comment on column ticket_check_ins.ticket_id is 'The ticket of the code; null if the code is of none.';
comment on column ticket_check_ins.serial is 'Number of the ticket within its event and type.';
comment on column ticket_check_ins.gate is 'Where the code was presented, as the staff names it.';
comment on column ticket_check_ins.staff is 'Subject of the token.';
comment on column ticket_check_ins.channel is 'Program that was used.';
comment on column ticket_check_ins.request_id is 'Id of the HTTP request, for logs.';
comment on column ticket_check_ins.result is
  'admitted, or why not; of an offline admission what the record says of it, the person is in. outdated: the code is '
  'of an earlier version of the ticket.';
comment on column ticket_check_ins.admitted_before is
  'The check-in that was the ticket''s admission when this one was recorded.';
comment on column ticket_check_ins.checked_at is
  'When the code was presented; for an offline admission by the clock of the device, never in the future.';
comment on column ticket_check_ins.settled_at is
  'When the door reported that it had let somebody in without an answer; null: it asked first.';
comment on column ticket_check_ins.undone_at is 'When the admission was undone; null: it was not.';
comment on column ticket_check_ins.undone_by is 'Subject of the token that undid it.';
comment on column ticket_check_ins.undo_reason is 'Free text of who undid it.';

create unique index ticket_check_ins_one_admission on ticket_check_ins (ticket_id)
  where result = 'admitted' and undone_at is null;
comment on index ticket_check_ins_one_admission is 'A ticket is admitted once.';
create index ticket_check_ins_in_without_right on ticket_check_ins (event_id, settled_at)
  where settled_at is not null and undone_at is null and result <> 'admitted';
comment on index ticket_check_ins_in_without_right is
  'Who was let in offline with a ticket that another door had admitted, or that was cancelled or outdated.';

create table event_admissions (
  event_id text not null references events (id),
  ticket_type text not null,
  gate text not null,
  admitted integer not null check (admitted >= 0),
  primary key (event_id, ticket_type, gate)
) with (fillfactor = 80);

comment on table event_admissions is
  'Who is in, by ticket type and gate. Counted with each admission, so reading it costs the same for events of any '
  'size.';
comment on column event_admissions.gate is 'Where they were admitted, as the staff names it.';
comment on column event_admissions.admitted is 'Tickets that are admitted, without those that were undone.';

create table ticket_door_changes (
  ticket_id uuid primary key,
  event_id text not null,
  changed_in xid8 not null default pg_current_xact_id()
) with (fillfactor = 80);

comment on table ticket_door_changes is
  'One row per ticket that was admitted or cancelled or has a newer code: what a door has to know besides the public '
  'keys. It has no foreign keys: a ticket that was paid is never deleted.';
comment on column ticket_door_changes.ticket_id is 'event_tickets.id, where the state itself is.';
comment on column ticket_door_changes.changed_in is
  'Transaction of the last change. A door that read all of them up to the oldest transaction then in progress has '
  'missed none below it.';

create index ticket_door_changes_in_order on ticket_door_changes (event_id, changed_in, ticket_id);

grant select, insert, update on ticket_check_ins, event_admissions, ticket_door_changes to box_office;
